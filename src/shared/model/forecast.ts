export interface ForecastPoint {
  readonly aheadMs: number
  readonly dirtyPagesPerSecond: number
  readonly cpuRatio: number
}

/** What the forecaster expects of one VM, nearest first; the first point is the next step (S1 eq 17). */
export interface Forecast {
  readonly vmId: string
  /** Pool time of the last sample it was made from, ms since the epoch. */
  readonly atMs: number
  readonly points: readonly ForecastPoint[]
}
