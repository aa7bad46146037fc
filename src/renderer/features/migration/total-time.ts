import type { Migration } from '../../../shared/model/migration.ts'

/** Its host has not begun yet: `startedAtMs` is when it was ordered, and what it takes does not count from there. */
export const isAwaitingHost = ({ phase }: Pick<Migration, 'phase'>): boolean =>
  phase === 'checks' || phase === 'reserve'

/** Total time so far or in the end, ms; `nowMs` is the pool's clock. */
export const totalMs = (migration: Migration, nowMs: number | undefined): number => {
  const runningMs = isAwaitingHost(migration) ? undefined : nowMs
  return Math.max(0, (migration.endedAtMs ?? runningMs ?? migration.startedAtMs) - migration.startedAtMs)
}
