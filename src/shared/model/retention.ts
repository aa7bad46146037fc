import type { StoredSettings } from './stored-settings.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How long what was written is kept, ms by the clock here. */
export interface Retention {
  /** One-second samples; what is older is averaged. */
  readonly samplesMs: number
  readonly averagesMs: number
}

/** A day of seconds to look at closely, a week of averages to compare with: a convention. */
export const DEFAULT_RETENTION: Retention = { samplesMs: DAY_MS, averagesMs: 7 * DAY_MS }

/** What an operator may set, each in the unit it is set in. */
export const RETENTION_RANGES = {
  samples: { unit: 'hours', unitMs: HOUR_MS, min: 1, max: 30 * 24 },
  averages: { unit: 'days', unitMs: DAY_MS, min: 1, max: 366 },
} as const

/** What was set, and what is usual where nothing was. */
export const retentionOf = (
  set: StoredSettings['retention'],
  usual: Retention = DEFAULT_RETENTION,
): Retention => ({
  samplesMs: set?.samplesMs ?? usual.samplesMs,
  averagesMs: set?.averagesMs ?? usual.averagesMs,
})
