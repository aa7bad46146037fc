import type { Migration } from '../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'

/**
 * How far a migration is at pool time `nowMs`: progress 0..1 and ms to go by what remained at its latest report;
 * before anything is known by what the disk, where one is copied, and one pass over memory take. Where only the server's task tells how far it is, nothing tells when it
 * will be over: its count goes back when the guest writes fast.
 */
export const migrationProgress = (
  migration: Migration,
  nowMs: number,
): { readonly progress: number; readonly remainingMs: number | null } => {
  if (migration.endedAtMs !== null) return { progress: 1, remainingMs: 0 }
  if (migration.taskProgress !== null)
    return { progress: Math.min(0.99, migration.taskProgress.highestRatio), remainingMs: null }
  // What it takes counts from when its host begins, not from the order.
  const isAwaitingHost = migration.phase === 'checks' || migration.phase === 'reserve'
  const elapsedMs = isAwaitingHost ? 0 : Math.max(0, nowMs - migration.startedAtMs)
  const firstPassBytes = migration.memoryPages * PAGE_BYTES + (migration.diskCopy?.totalBytes ?? 0)
  const firstPassMs = (firstPassBytes * 1000) / Math.max(1, migration.linkBytesPerSecond)
  const { remaining } = migration
  const remainingMs = Math.max(
    0,
    remaining ? remaining.ms - (nowMs - remaining.atMs) : firstPassMs - elapsedMs,
  )
  return { progress: Math.min(0.99, elapsedMs / Math.max(elapsedMs + remainingMs, 1)), remainingMs }
}
