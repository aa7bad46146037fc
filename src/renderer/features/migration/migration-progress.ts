import type { Migration } from '../../../shared/model/migration.ts'
import { totalMs } from './total-time.ts'

/** What is left of a running migration, ms, by the engine's count or its latest prediction; null where nobody can say. */
export const remainingMsOf = (migration: Migration, nowMs: number | undefined): number | null => {
  if (migration.endedAtMs !== null) return null
  if (migration.remaining) return migration.remaining.ms
  const prediction = migration.predictions.at(-1)
  return prediction ? Math.max(0, prediction.totalMs - totalMs(migration, nowMs)) : null
}

/** How far a running migration is, 0 to 1: by time, by its pool's task, or by the pages of its first round. */
export const progressOf = (migration: Migration, nowMs: number | undefined): number => {
  if (migration.endedAtMs !== null) return 1
  if (migration.taskProgress) return migration.taskProgress.ratio
  const remainingMs = remainingMsOf(migration, nowMs)
  const elapsedMs = totalMs(migration, nowMs)
  if (remainingMs !== null) return elapsedMs / Math.max(1, elapsedMs + remainingMs)
  return (migration.current?.sentPages ?? 0) / Math.max(1, migration.memoryPages)
}
