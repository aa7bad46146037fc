import {
  FEATURE_COUNT,
  forecastTargets,
  OUTPUT_COUNT,
  targetColumns,
  WINDOW_SIZE,
  WINDOW_STEPS,
} from './features.ts'
import { fromScaled, type Scaling, scaleOf, toInput, toScaled } from './scaling.ts'

const TARGET_COUNT = forecastTargets.length

export interface EncodedWindows {
  /** count x steps x features, scaled, masked where unavailable. */
  readonly inputs: Float32Array
  /** count x targets: the last known value of each target, scaled; what the network's answers are added to. */
  readonly bases: Float32Array
}

/** The newest finite value of a target in the window at `start`, scaled, else the training median. */
const lastKnown = (windows: Float32Array, start: number, target: { column: number; scaling: Scaling }) => {
  const scale = scaleOf(target.scaling, target.column)
  for (let step = WINDOW_STEPS - 1; step >= 0; step--) {
    const value = windows[start + step * FEATURE_COUNT + target.column] ?? Number.NaN
    if (Number.isFinite(value)) return toScaled(value, scale)
  }
  return scale.typical
}

/** Turns count x 20 x 5 raw values (NaN where unavailable, oldest first) into what the network reads. */
export const encodeWindows = (windows: Float32Array, count: number, scaling: Scaling): EncodedWindows => {
  const inputs = new Float32Array(count * WINDOW_SIZE)
  const bases = new Float32Array(count * TARGET_COUNT)
  for (let index = 0; index < inputs.length; index++) {
    inputs[index] = toInput(windows[index] ?? Number.NaN, scaleOf(scaling, index % FEATURE_COUNT))
  }
  for (let index = 0; index < count; index++) {
    for (const [target, column] of targetColumns.entries()) {
      bases[index * TARGET_COUNT + target] = lastKnown(windows, index * WINDOW_SIZE, { column, scaling })
    }
  }
  return { inputs, bases }
}

/** A forecast in its unit, held to what can be: no negative rate, CPU within 0..1. */
const bounded = (value: number, target: number): number =>
  forecastTargets[target] === 'cpuRatio' ? Math.min(1, Math.max(0, value)) : Math.max(0, value)

/**
 * Scaled changes from the bases (count x 4 x 2) in pages/s and CPU ratio. None is above both the last value and all that
 * was seen in training: the scale is logarithmic, so a small overshoot there would be an absurd rate.
 */
export const decodeChanges = (changes: Float32Array, bases: Float32Array, scaling: Scaling): Float32Array => {
  const decoded = new Float32Array(changes.length)
  for (let index = 0; index < changes.length; index++) {
    const target = index % TARGET_COUNT
    const base = bases[Math.floor(index / OUTPUT_COUNT) * TARGET_COUNT + target] ?? 0
    const scale = scaleOf(scaling, targetColumns[target] ?? 0)
    const scaled = Math.min(base + (changes[index] ?? 0), Math.max(1, base))
    decoded[index] = bounded(fromScaled(scaled, scale), target)
  }
  return decoded
}

/** The scaled change from each base to the raw truth (count x 4 x 2). */
export const encodeTruths = (truths: Float32Array, bases: Float32Array, scaling: Scaling): Float32Array => {
  const changes = new Float32Array(truths.length)
  for (let index = 0; index < truths.length; index++) {
    const target = index % TARGET_COUNT
    const base = bases[Math.floor(index / OUTPUT_COUNT) * TARGET_COUNT + target] ?? 0
    changes[index] = toScaled(truths[index] ?? 0, scaleOf(scaling, targetColumns[target] ?? 0)) - base
  }
  return changes
}
