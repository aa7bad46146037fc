import type { Migration } from '../../../shared/model/migration.ts'

/** Total time so far or in the end, ms; `nowMs` is the pool's clock. */
export const totalMs = (migration: Migration, nowMs: number | undefined): number =>
  Math.max(0, (migration.endedAtMs ?? nowMs ?? migration.startedAtMs) - migration.startedAtMs)
