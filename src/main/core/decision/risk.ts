import type { Forecast } from '../../../shared/model/forecast.ts'
import type { Measure } from '../../../shared/model/measure.ts'

export interface VmRisk {
  readonly level: 'none' | 'watch' | 'high'
  /** Pool time at which the dirty rate is expected to pass theta, ms; null when it is past it or will not be. */
  readonly expectedAtMs: number | null
  readonly reason: string
}

/** From here up, as a share of theta, a VM is worth watching: half way is where one storm step can reach it. A guess. */
const WATCH_SHARE = 0.5

const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`

/**
 * How near a VM is to not migrating cleanly: its dirty rate now and forecast against theta (pages/s).
 * No network or model is consulted here; without figures there is no risk to state.
 */
export const assessRisk = (
  dirty: Measure,
  forecast: Forecast | undefined,
  thetaPagesPerSecond: number,
): VmRisk => {
  if (dirty.origin !== 'unavailable' && dirty.value >= thetaPagesPerSecond) {
    return {
      level: 'high',
      expectedAtMs: null,
      reason: `It dirties memory at ${percent(dirty.value / thetaPagesPerSecond)} of theta: pre-copy is not expected to converge.`,
    }
  }
  const crossing = forecast?.points.find(point => point.dirtyPagesPerSecond >= thetaPagesPerSecond)
  if (forecast && crossing) {
    return {
      level: 'high',
      expectedAtMs: forecast.atMs + crossing.aheadMs,
      reason: `Its dirty rate is forecast to pass theta within ${Math.round(crossing.aheadMs / 1000)} s.`,
    }
  }
  const peak = Math.max(
    dirty.origin === 'unavailable' ? 0 : dirty.value,
    ...(forecast?.points.map(point => point.dirtyPagesPerSecond) ?? []),
  )
  if (peak >= WATCH_SHARE * thetaPagesPerSecond) {
    return {
      level: 'watch',
      expectedAtMs: null,
      reason: `Its dirty rate reaches ${percent(peak / thetaPagesPerSecond)} of theta, now or in the next minute.`,
    }
  }
  return { level: 'none', expectedAtMs: null, reason: 'Its dirty rate is far below theta.' }
}
