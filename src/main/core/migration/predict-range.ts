import type { PredictedFigure, PredictedOutcome } from '../../../shared/model/advice.ts'
import type { MigrationPrediction } from '../../../shared/model/migration.ts'
import { type Limits, predictOutcome, type Standing } from './predict-outcome.ts'

/** How a VM dirties memory: its ratio to the bandwidth and, where it is known, its dirty curve. */
export type Dirtying = Pick<Standing, 'dirtyRatio' | 'dirtiedWithin'>

/** How it probably does, and between what; null where no spread is known. */
export interface DirtyingSpread {
  readonly likely: Dirtying
  readonly low: Dirtying | null
  readonly high: Dirtying | null
}

/**
 * The outcome expected at a dirty rate, and its range by the outcomes at both ends of the rate's spread. A switch makes outcomes
 * jump, so the ends of the range are the least and the most of the three.
 */
export const predictRange = (
  standing: Omit<Standing, keyof Dirtying>,
  limits: Limits,
  { likely, low, high }: DirtyingSpread,
): PredictedOutcome => {
  const at = (dirtying: Dirtying) => predictOutcome({ ...standing, ...dirtying }, limits)
  const middle = at(likely)
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
