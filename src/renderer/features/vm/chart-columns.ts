import type { Forecast, ForecastPoint } from '../../../shared/model/forecast.ts'
import { originCodes } from '../../../shared/model/sample.ts'
import { MIB, pageRateInMib } from '../../../shared/units.ts'
import type { HistoryColumns } from './vm-history.ts'

type Column = (number | null)[]

/** What all charts of a VM draw, on one time column in seconds since the epoch. */
export interface ChartColumns {
  readonly seconds: number[]
  /** Dirty rate, MiB/s, where it was measured, and where it was estimated. */
  readonly measured: Column
  readonly estimated: Column
  /** Highest dirty rate within each average, MiB/s. */
  readonly peak: Column
  /** Where an estimate typically lies, MiB/s; empty where its error is not known. */
  readonly errorLow: Column
  readonly errorHigh: Column
  /** Dirty rate expected, MiB/s: the median where there is a spread; begins at the last known value. */
  readonly forecast: Column
  /** The fan: 10th and 90th percentile, from the last known value on. Empty where there is one figure only. */
  readonly fanLow: Column
  readonly fanHigh: Column
  readonly cpu: Column
  readonly cpuForecast: Column
  readonly memory: Column
  /** MiB/s */
  readonly io: Column
  readonly faults: Column
  /** Pool time of the last sample, ms; null before the first. */
  readonly lastMs: number | null
}

/** A line drawn only where `origin` holds, reaching back to the sample before so that lines of two origins meet. */
const whereOrigin = (history: HistoryColumns, origin: 'measured' | 'estimated'): Column =>
  history.dirtyPagesPerSecond.map((pages, i) => {
    const [own, next] = [history.dirtyOrigin[i], history.dirtyOrigin[i + 1]]
    const leadsIn = next === originCodes[origin] && own !== originCodes.unavailable
    return pages !== null && (own === originCodes[origin] || (leadsIn && origin === 'estimated'))
      ? pageRateInMib(pages)
      : null
  })

const mibOf = (pages: number | null): number | null => (pages === null ? null : pageRateInMib(pages))

interface Ahead extends ForecastPoint {
  readonly atMs: number
}

/** Forecast points after the last sample. */
const pointsAhead = (forecast: Forecast | undefined, lastMs: number | null): readonly Ahead[] =>
  (forecast?.points ?? [])
    .map(point => ({ ...point, atMs: (forecast?.atMs ?? 0) + point.aheadMs }))
    .filter(point => lastMs === null || point.atMs > lastMs)

/** History and forecast side by side; `errorRatio` is the typical relative error of the estimates among the history. */
export const chartColumns = (
  history: HistoryColumns,
  forecast: Forecast | undefined,
  errorRatio?: number,
): ChartColumns => {
  const lastMs = history.atMs.at(-1) ?? null
  const ahead = pointsAhead(forecast, lastMs)
  const none: Column = ahead.map(() => null)
  const past: Column = history.atMs.map(() => null)
  /** A line of the future that begins at the last value known. */
  const onwards = (last: number | null, values: Column): Column => [
    ...past.map((_, i) => (i === past.length - 1 ? last : null)),
    ...values,
  ]
  const lastDirty = mibOf(history.dirtyPagesPerSecond.at(-1) ?? null)
  const fan = (edge: 'p10' | 'p90'): Column =>
    ahead.some(point => point.dirtyQuantiles)
      ? onwards(
          lastDirty,
          ahead.map(point => mibOf(point.dirtyQuantiles?.[edge] ?? null)),
        )
      : [...past, ...none]
  const estimated = whereOrigin(history, 'estimated')
  const offBy = (ratio: number | undefined): Column => [
    ...estimated.map(value =>
      value === null || ratio === undefined ? null : Math.max(0, value * (1 + ratio)),
    ),
    ...none,
  ]
  return {
    seconds: [...history.atMs, ...ahead.map(point => point.atMs)].map(ms => ms / 1000),
    measured: [...whereOrigin(history, 'measured'), ...none],
    estimated: [...estimated, ...none],
    peak: [...history.dirtyPeakPagesPerSecond.map(mibOf), ...none],
    errorLow: offBy(errorRatio === undefined ? undefined : -errorRatio),
    errorHigh: offBy(errorRatio),
    forecast: onwards(
      lastDirty,
      ahead.map(point => pageRateInMib(point.dirtyQuantiles?.p50 ?? point.dirtyPagesPerSecond)),
    ),
    fanLow: fan('p10'),
    fanHigh: fan('p90'),
    cpu: [...history.cpuRatio.map(percent), ...none],
    cpuForecast: onwards(
      percent(history.cpuRatio.at(-1) ?? null),
      ahead.map(point => percent(point.cpuRatio)),
    ),
    memory: [...history.memoryRatio.map(percent), ...none],
    io: [...history.ioBytesPerSecond.map(bytes => (bytes === null ? null : bytes / MIB)), ...none],
    faults: [...history.pageFaultsPerSecond, ...none],
    lastMs,
  }
}

const percent = (ratio: number | null): number | null => (ratio === null ? null : ratio * 100)

/** Whether a column has anything to draw. */
export const hasValues = (column: readonly (number | null)[]): boolean => column.some(value => value !== null)
