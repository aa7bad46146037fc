import { encodeTruths, encodeWindows } from './encoding.ts'
import {
  FEATURE_COUNT,
  type FeatureSeries,
  forecastTargets,
  OUTPUT_COUNT,
  targetColumns,
} from './features.ts'
import { maskAsOnXen } from './masking.ts'
import { MASKED, type Scaling } from './scaling.ts'
import { cutWindows, spacedPicks, type WindowPick, windowsIn } from './windows.ts'

/**
 * How far each of the 8 outputs strays from the last value: the root mean square of its scaled changes. The network
 * answers in units of the spread over all training data, because a change over one step is far smaller than one over
 * sixty and plain MSE would hardly hear of it.
 */
export type Spread = readonly number[]

/** Steps between readings of the dirty rate where the spread is measured: what the console does with a VM at rest. */
export const USUAL_CADENCE = 5

/** Most windows of one series that its spread is measured on. */
const SPREAD_WINDOWS = 2_000

/**
 * A series that hardly moves counts as if it strayed by this part of the overall spread; else its noise, which
 * nobody can foresee, would count most.
 */
const SMALLEST_PART = 0.15

/** How much a window teaches about a target whose newest value it lacks: little, for all such are guesses. */
const BLIND_WEIGHT = 0.05

/** Spread of one series, over windows laid evenly along it. */
export const spreadOf = (series: FeatureSeries, scaling: Scaling): Spread => {
  const stride = Math.max(1, Math.ceil(windowsIn(series.steps) / SPREAD_WINDOWS))
  const { windows, truths, count } = cutWindows(spacedPicks([series], stride))
  const { bases } = encodeWindows(maskAsOnXen(windows, USUAL_CADENCE), count, scaling)
  const changes = encodeTruths(truths, bases, scaling)
  return rootMeanSquares(changes)
}

const rootMeanSquares = (changes: Float32Array): Spread =>
  Array.from({ length: OUTPUT_COUNT }, (_, column) => {
    let squares = 0
    let count = 0
    for (let index = column; index < changes.length; index += OUTPUT_COUNT) {
      const change = changes[index] ?? Number.NaN
      if (Number.isNaN(change)) continue
      squares += change * change
      count++
    }
    return count > 0 ? Math.sqrt(squares / count) : 0
  })

/** The spread of many series together, each counting by its windows; 1 where nothing ever changes. */
export const pooledSpread = (
  series: readonly FeatureSeries[],
  spreads: ReadonlyMap<FeatureSeries, Spread>,
): Spread =>
  Array.from({ length: OUTPUT_COUNT }, (_, column) => {
    let squares = 0
    let count = 0
    for (const one of series) {
      squares += windowsIn(one.steps) * (spreads.get(one)?.[column] ?? 0) ** 2
      count += windowsIn(one.steps)
    }
    return Math.sqrt(squares / Math.max(1, count)) || 1
  })

/** Scaled changes in units of the spread: what the network is trained to answer. */
export const spreadChanges = (changes: Float32Array, spread: Spread): Float32Array =>
  changes.map((value, index) => value / (spread[index % OUTPUT_COUNT] ?? 1))

/** The inverse of `spreadChanges`. */
export const unspreadChanges = (outputs: Float32Array, spread: Spread): Float32Array =>
  outputs.map((value, index) => value * (spread[index % OUTPUT_COUNT] ?? 1))

/**
 * Weight of each squared error (count x 8), such that repeating the last value costs about 1 in every series: quiet VMs
 * count as much as stormy ones, and the loss is close to (1 - skill) squared.
 */
export const lossWeights = (
  picks: readonly WindowPick[],
  inputs: Float32Array,
  { spread, spreads }: { readonly spread: Spread; readonly spreads: ReadonlyMap<FeatureSeries, Spread> },
): Float32Array => {
  const weights = new Float32Array(picks.length * OUTPUT_COUNT)
  const windowSize = picks.length > 0 ? inputs.length / picks.length : 0
  for (const [index, { series }] of picks.entries()) {
    const window = inputs.subarray(index * windowSize, (index + 1) * windowSize)
    const own = spreads.get(series) ?? spread
    const newest = window.subarray(-FEATURE_COUNT)
    for (let column = 0; column < OUTPUT_COUNT; column++) {
      const all = spread[column] ?? 1
      const ratio = all / Math.max(own[column] ?? all, SMALLEST_PART * all)
      const blind = (newest[targetColumns[column % forecastTargets.length] ?? 0] ?? MASKED) === MASKED
      weights[index * OUTPUT_COUNT + column] = blind ? BLIND_WEIGHT : ratio * ratio
    }
  }
  return weights
}
