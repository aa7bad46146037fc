import { isAwaitingHost, type Migration } from '../../../shared/model/migration.ts'

/** Total time so far or in the end, ms; `nowMs` is the pool's clock. */
export const totalMs = (migration: Migration, nowMs: number | undefined): number => {
  const runningMs = isAwaitingHost(migration) ? undefined : nowMs
  return Math.max(0, (migration.endedAtMs ?? runningMs ?? migration.startedAtMs) - migration.startedAtMs)
}
