import { Random } from '../numeric/random.ts'
import type { Fit } from './regression.ts'

/** C and epsilon as customary (scikit-learn's defaults), for standardised features and targets. */
const LIMIT = 1
const TUBE = 0.1
/** Passes over all rows; further ones change no prediction by 1 %. */
const PASSES = 200

const soft = (value: number, tube: number): number => Math.sign(value) * Math.max(0, Math.abs(value) - tube)

const clipped = (value: number): number => Math.max(-LIMIT, Math.min(LIMIT, value))

/** Radial basis with gamma = 1 / features, plus 1: the constant stands for the intercept. */
const kernel = (a: readonly number[], b: readonly number[]): number =>
  1 + Math.exp(-a.reduce((sum, value, at) => sum + (value - (b[at] ?? 0)) ** 2, 0) / Math.max(1, a.length))

/**
 * Epsilon support vector regression with a radial kernel, by coordinate descent on the dual (Ho and Lin 2012, 3.1): each
 * coefficient in turn takes its best value, which is a soft threshold clipped to [-C, C].
 */
export const supportVectorRegression: Fit = ({ rows, targets }) => {
  const size = rows.length
  const gram = rows.map(a => Float64Array.from(rows, b => kernel(a, b)))
  const coefficients = new Float64Array(size)
  const fitted = new Float64Array(size)
  for (let pass = 0; pass < PASSES; pass++) {
    for (let at = 0; at < size; at++) {
      const line = gram[at] ?? new Float64Array(size)
      const own = line[at] ?? 1
      const before = coefficients[at] ?? 0
      const rest = (targets[at] ?? 0) - (fitted[at] ?? 0) + own * before
      const next = clipped(soft(rest, TUBE) / own)
      if (next === before) continue
      coefficients[at] = next
      for (let k = 0; k < size; k++) fitted[k] = (fitted[k] ?? 0) + (next - before) * (line[k] ?? 0)
    }
  }
  const support = rows.filter((_, at) => coefficients[at] !== 0)
  const weights = coefficients.filter(value => value !== 0)
  return features => support.reduce((sum, row, at) => sum + (weights[at] ?? 0) * kernel(row, features), 0)
}

/** The mean of `count` fits, each over as many rows drawn with replacement (Breiman 1996). */
export const bagged =
  (learn: Fit, count: number): Fit =>
  ({ rows, targets }, seed) => {
    const random = new Random(seed)
    const predictors = Array.from({ length: count }, () => {
      const drawn = rows.map(() => random.below(rows.length))
      const sample = { rows: drawn.map(at => rows[at] ?? []), targets: drawn.map(at => targets[at] ?? 0) }
      return learn(sample, seed)
    })
    return features => predictors.reduce((sum, predict) => sum + predict(features), 0) / count
  }
