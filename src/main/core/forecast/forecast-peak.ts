import type { Forecast } from '../../../shared/model/forecast.ts'

/** The highest dirty rate that a forecast holds, pages/s; undefined without one. */
export const forecastPeak = (forecast: Forecast | undefined): number | undefined => {
  if (!forecast) return undefined
  let peak = Number.NEGATIVE_INFINITY
  for (const { dirtyPagesPerSecond } of forecast.points) peak = Math.max(peak, dirtyPagesPerSecond)
  return peak
}
