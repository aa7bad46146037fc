export interface Quantiles {
  readonly p10: number
  readonly p50: number
  readonly p90: number
}

export interface ForecastPoint {
  readonly aheadMs: number
  readonly dirtyPagesPerSecond: number
  readonly cpuRatio: number
  /** The spread of the dirty rate, pages/s; absent where the forecaster gives one figure. */
  readonly dirtyQuantiles?: Quantiles
}

/** What the forecaster expects of one VM, nearest first; the first point is the next step (S1 eq 17). */
export interface Forecast {
  readonly vmId: string
  /** Pool time of the last sample it was made from, ms since the epoch. */
  readonly atMs: number
  readonly points: readonly ForecastPoint[]
}
