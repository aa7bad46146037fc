import type { PredictedFigure, PredictedOutcome } from '../../../shared/model/advice.ts'
import type { MigrationPrediction } from '../../../shared/model/migration.ts'
import { type Limits, predictOutcome, type Standing } from './predict-outcome.ts'

/** Dirty rate over bandwidth, and between what it probably lies; null where no spread is known. */
export interface RatioSpread {
  readonly ratio: number
  readonly low: number | null
  readonly high: number | null
}

/**
 * The outcome expected at a dirty ratio, and its range by the outcomes at both ends of the ratio's spread. A switch makes
 * outcomes jump, so the ends of the range are the least and the most of the three.
 */
export const predictRange = (
  standing: Omit<Standing, 'dirtyRatio'>,
  limits: Limits,
  { ratio, low, high }: RatioSpread,
): PredictedOutcome => {
  const at = (dirtyRatio: number) => predictOutcome({ ...standing, dirtyRatio }, limits)
  const middle = at(ratio)
  const ends = low === null || high === null ? null : [at(low), middle, at(high)]
  const figure = (pick: (prediction: MigrationPrediction) => number): PredictedFigure => ({
    value: pick(middle),
    low: ends && Math.min(...ends.map(pick)),
    high: ends && Math.max(...ends.map(pick)),
  })
  return {
    totalMs: figure(({ totalMs }) => totalMs),
    downtimeMs: figure(({ downtimeMs }) => downtimeMs),
    bytesSent: figure(({ bytesSent }) => bytesSent),
  }
}
