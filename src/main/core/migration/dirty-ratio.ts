import type { Forecast } from '../../../shared/model/forecast.ts'
import type { Round } from '../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'

/**
 * DP of S1 eq 8, read as a ratio: the rate at which a round's pages were dirtied over the bandwidth it was sent with
 * (both in bytes/s). Zero pages cost the link almost nothing, so this is not the same as pages over pages.
 */
export const dirtyRatio = (round: Round): number => {
  if (round.ms <= 0 || round.bandwidthBytesPerSecond <= 0) return 0
  return (round.dirtiedPages * PAGE_BYTES * 1000) / round.ms / round.bandwidthBytesPerSecond
}

/** No forecast may scale a measured ratio by more than this: beyond it the forecast is out of its depth. A guess. */
const MAX_GROWTH = 2

/**
 * How the next round's dirty ratio compares with this one's, by the forecast: rate expected `roundMs` from now over the
 * rate expected at its first step. Like with like, so that a 1 s window is never compared with a round's.
 */
export const forecastGrowth = (forecast: Forecast | null, roundMs: number): number => {
  const [first, ...later] = forecast?.points ?? []
  if (!first || first.dirtyPagesPerSecond <= 0) return 1
  const then = later.findLast(point => point.aheadMs <= roundMs) ?? first
  return Math.min(MAX_GROWTH, Math.max(1 / MAX_GROWTH, then.dirtyPagesPerSecond / first.dirtyPagesPerSecond))
}
