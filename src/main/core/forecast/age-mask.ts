import type { Measure } from '../../../shared/model/measure.ts'
import { FEATURE_COUNT, forecastFeatures, WINDOW_STEPS } from './features.ts'

const DIRTY = forecastFeatures.indexOf('dirtyPagesPerSecond')

/** What the network is given of a measure: its value, or NaN where there is none or it is older than `longestMs`. */
export const freshOrNaN = (measure: Measure, longestMs: number): number =>
  measure.origin === 'unavailable' || measure.ageMs > longestMs ? Number.NaN : measure.value

/**
 * Puts `lastKnown` into the oldest step of a window (20 x 5 raw values at `start`) whose every dirty rate is masked, so that
 * the forecast starts from what the VM last did, long ago as it is, and not from the median VM. False when the window has
 * no dirty rate after that either.
 */
export const anchorWindow = (
  windows: Float32Array,
  start: number,
  lastKnown: number | undefined,
): boolean => {
  for (let step = 0; step < WINDOW_STEPS; step++)
    if (Number.isFinite(windows[start + step * FEATURE_COUNT + DIRTY])) return true
  if (lastKnown === undefined) return false
  windows[start + DIRTY] = lastKnown
  return true
}
