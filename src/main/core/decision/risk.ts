import type { Forecast } from '../../../shared/model/forecast.ts'
import type { Measure } from '../../../shared/model/measure.ts'
import { forecastPeak } from '../forecast/forecast-peak.ts'
import { estimateWords } from './estimate-words.ts'

export interface VmRisk {
  /** `unknown` without a dirty rate and without a forecast. */
  readonly level: 'unknown' | 'none' | 'watch' | 'high'
  /** Pool time at which the dirty rate is expected to pass theta, ms; null when it is past it or will not be. */
  readonly expectedAtMs: number | null
  readonly reason: string
}

/** From here up, as a share of theta, a VM is worth watching: half way is where one storm step can reach it. A guess. */
const WATCH_SHARE = 0.5

/** What a risk rests on, where that is not a reading: a sentence of its own. */
const basisOf = (dirty: Measure): string =>
  dirty.origin === 'estimated' ? ` The dirty rate is ${estimateWords(dirty)}.` : ''

/** Measured on the lab's storm: no estimate saw it (docs/sampling.md). */
const blindSpotOf = (dirty: Measure): string =>
  dirty.origin === 'estimated' ? ' An estimate does not show a guest that writes much with little CPU.' : ''

const percent = (ratio: number): string => `${Math.round(ratio * 100)}%`

/**
 * How near a VM is to not migrating cleanly: its dirty rate now and forecast against theta (pages/s).
 * No network or model is consulted here; without any figure the risk is unknown. What rests on an estimate says so.
 */
export const assessRisk = (
  dirty: Measure,
  forecast: Forecast | undefined,
  thetaPagesPerSecond: number,
): VmRisk => {
  if (dirty.origin === 'unavailable' && !forecast) {
    return {
      level: 'unknown',
      expectedAtMs: null,
      reason: 'Its dirty rate is not known, so no risk is told.',
    }
  }
  const basis = basisOf(dirty)
  if (dirty.origin !== 'unavailable' && dirty.value >= thetaPagesPerSecond) {
    return {
      level: 'high',
      expectedAtMs: null,
      reason: `It dirties memory at ${percent(dirty.value / thetaPagesPerSecond)} of theta: pre-copy is not expected to converge.${basis}`,
    }
  }
  const crossing = forecast?.points.find(point => point.dirtyPagesPerSecond >= thetaPagesPerSecond)
  if (forecast && crossing) {
    return {
      level: 'high',
      expectedAtMs: forecast.atMs + crossing.aheadMs,
      reason: `Its dirty rate is forecast to pass theta within ${Math.round(crossing.aheadMs / 1000)} s.${basis}`,
    }
  }
  const peak = Math.max(dirty.origin === 'unavailable' ? 0 : dirty.value, forecastPeak(forecast) ?? 0)
  if (peak >= WATCH_SHARE * thetaPagesPerSecond) {
    return {
      level: 'watch',
      expectedAtMs: null,
      reason: `Its dirty rate reaches ${percent(peak / thetaPagesPerSecond)} of theta, now or in the next minute.${basis}`,
    }
  }
  const reason =
    dirty.origin === 'unavailable'
      ? 'Its dirty rate is not known; the forecast stays far below theta.'
      : `Its dirty rate is far below theta.${basis}${blindSpotOf(dirty)}`
  return { level: 'none', expectedAtMs: null, reason }
}
