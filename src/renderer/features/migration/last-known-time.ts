import type { Migration } from '../../../shared/model/migration.ts'

/** The latest pool time a migration itself speaks of. */
export const lastKnownTimeMs = (migration: Migration): number => {
  const round = migration.rounds.at(-1)
  return Math.max(
    migration.startedAtMs,
    round ? round.startedAtMs + round.ms : 0,
    migration.current?.atMs ?? migration.current?.startedAtMs ?? 0,
    migration.diskCopy?.atMs ?? 0,
    migration.taskProgress?.atMs ?? 0,
    migration.ending?.atMs ?? 0,
    migration.pausedAtMs ?? 0,
    migration.resumedAtMs ?? 0,
    migration.postCopy?.marks.at(-1)?.atMs ?? 0,
    migration.endedAtMs ?? 0,
  )
}
