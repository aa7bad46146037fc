import type { MigrationPrediction, Round } from '../../../shared/model/migration.ts'
import { type Limits, predictOutcome, type Standing } from './predict-outcome.ts'
import { spreadOf } from './spread-of.ts'

/** A tenth of a normal distribution lies beyond so many standard deviations. */
export const TO_TENTH = 1.2816
/** What the rate of a round is off by when it is told from a reading of a second, or from one round before. A guess. */
const FIRST_ERROR = 0.2
/** Readings of a steady guest's dirty pages scatter by this much (measured on Xen 4.17). */
const LEAST_ERROR = 0.02
/** So many of the latest rounds tell how steady the guest is. */
const ROUNDS_LOOKED_AT = 4

/** How far off, as a standard deviation of its logarithm, the dirty rate of the next round may be. */
export const rateErrorOf = (rounds: readonly Round[]): number => {
  const rates = rounds
    .filter(({ live, ms, dirtiedPages }) => live && ms > 0 && dirtiedPages > 0)
    .slice(-ROUNDS_LOOKED_AT)
    .map(({ ms, dirtiedPages }) => Math.log(dirtiedPages / ms))
  if (rates.length < 2) return FIRST_ERROR
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
  const squares = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0)
  return Math.max(LEAST_ERROR, Math.sqrt(squares / (rates.length - 1)))
}

/** The standing of a guest that dirties `factor` times as much. */
const livelier = (standing: Standing, factor: number): Standing => ({
  ...standing,
  dirtyRatio: standing.dirtyRatio * factor,
  ...(standing.dirtiedWithin && withinBy(standing.dirtiedWithin, factor)),
})

const withinBy = (within: NonNullable<Standing['dirtiedWithin']>, factor: number) => ({
  dirtiedWithin: (ms: number) => within(ms) * factor,
})

/** The outcome at the likely dirty rate, with p10 and p90 by the outcomes at that rate's own. */
export const predictWithSpread = (
  standing: Standing,
  limits: Limits,
  rateError: number,
): MigrationPrediction => {
  const likely = predictOutcome(standing, limits)
  const ends = [-TO_TENTH, TO_TENTH].map(z =>
    predictOutcome(livelier(standing, Math.exp(z * rateError)), limits),
  )
  return { ...likely, spread: spreadOf([likely, ...ends]) }
}
