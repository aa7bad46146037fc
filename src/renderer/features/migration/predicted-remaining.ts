import type { Migration } from '../../../shared/model/migration.ts'
import { formatDuration } from '../../../shared/units.ts'

/** Reports come four times a second: so near to its end a prediction is neither early nor overdue. */
const DUE_NOW_MS = 500

/** When the end is expected, ms since the start: by the engine's latest count, else by the latest prediction. */
const expectedEndMs = ({ remaining, predictions, startedAtMs }: Migration): number | null =>
  remaining ? remaining.atMs + remaining.ms - startedAtMs : (predictions.at(-1)?.totalMs ?? null)

/** How long a running migration is expected to take still, or how long it takes already beyond what was expected. */
export const remainingWords = (migration: Migration, elapsedMs: number): string => {
  if (migration.phase === 'completing') return 'nothing left to send'
  const endMs = expectedEndMs(migration)
  if (endMs === null) return '-'
  const aheadMs = endMs - elapsedMs
  if (aheadMs < -DUE_NOW_MS) return `overdue by ${formatDuration(-aheadMs)}`
  return aheadMs < DUE_NOW_MS ? 'due now' : formatDuration(aheadMs)
}
