import type { Forecast } from '../../../shared/model/forecast.ts'
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
  /** Dirty rate expected, MiB/s; begins at the last known value. */
  readonly forecast: Column
  readonly cpu: Column
  readonly cpuForecast: Column
  readonly memory: Column
  /** MiB/s */
  readonly io: Column
  readonly faults: Column
  /** Pool time of the last sample, ms; null before the first. */
  readonly nowMs: number | null
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

const lastKnown = (column: readonly (number | null)[]): number | null => column.at(-1) ?? null

/** History and forecast side by side; forecast points at or before the last sample are dropped. */
export const chartColumns = (history: HistoryColumns, forecast: Forecast | undefined): ChartColumns => {
  const nowMs = history.atMs.at(-1) ?? null
  const ahead = (forecast?.points ?? [])
    .map(point => ({ ...point, atMs: (forecast?.atMs ?? 0) + point.aheadMs }))
    .filter(point => nowMs === null || point.atMs > nowMs)
  const past = history.atMs.length
  const none: Column = ahead.map(() => null)
  const before: Column = Array.from({ length: Math.max(0, past - 1) }, () => null)
  const joint = (value: number | null): Column => (past > 0 ? [...before, value] : [])
  const lastDirty = lastKnown(history.dirtyPagesPerSecond)
  return {
    seconds: [...history.atMs, ...ahead.map(point => point.atMs)].map(ms => ms / 1000),
    measured: [...whereOrigin(history, 'measured'), ...none],
    estimated: [...whereOrigin(history, 'estimated'), ...none],
    forecast: [
      ...joint(lastDirty === null ? null : pageRateInMib(lastDirty)),
      ...ahead.map(point => pageRateInMib(point.dirtyPagesPerSecond)),
    ],
    cpu: [...history.cpuRatio.map(percent), ...none],
    cpuForecast: [
      ...joint(percent(lastKnown(history.cpuRatio))),
      ...ahead.map(point => percent(point.cpuRatio)),
    ],
    memory: [...history.memoryRatio.map(percent), ...none],
    io: [...history.ioBytesPerSecond.map(bytes => (bytes === null ? null : bytes / MIB)), ...none],
    faults: [...history.pageFaultsPerSecond, ...none],
    nowMs,
  }
}

const percent = (ratio: number | null): number | null => (ratio === null ? null : ratio * 100)

/** Whether a column has anything to draw. */
export const hasValues = (column: readonly (number | null)[]): boolean => column.some(value => value !== null)
