import { originCodes, type VmSeries } from '../../../shared/model/sample.ts'

/** A VM's past as plain columns, oldest first; null where a value was unavailable or nothing was recorded. */
export interface HistoryColumns {
  readonly atMs: readonly number[]
  readonly cpuRatio: readonly (number | null)[]
  readonly memoryRatio: readonly (number | null)[]
  readonly ioBytesPerSecond: readonly (number | null)[]
  readonly dirtyPagesPerSecond: readonly (number | null)[]
  readonly pageFaultsPerSecond: readonly (number | null)[]
  /** One of `originCodes`. */
  readonly dirtyOrigin: readonly number[]
}

/** Two samples further apart than this are not joined by a line: nothing was recorded between them. */
const LONGEST_STEP_MS = 20_000

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null

/** Rows of both, by time; where they overlap those of `later` stay. Rows before `fromMs` are dropped. */
export const joinSeries = (
  earlier: VmSeries | null,
  later: VmSeries | null,
  fromMs: number,
): HistoryColumns => {
  const columns = {
    atMs: [] as number[],
    cpuRatio: [] as (number | null)[],
    memoryRatio: [] as (number | null)[],
    ioBytesPerSecond: [] as (number | null)[],
    dirtyPagesPerSecond: [] as (number | null)[],
    pageFaultsPerSecond: [] as (number | null)[],
    dirtyOrigin: [] as number[],
  }
  const add = (series: VmSeries | null, beforeMs: number) => {
    for (let i = 0; i < (series?.atMs.length ?? 0); i += 1) {
      const atMs = series?.atMs[i]
      const lastMs = columns.atMs.at(-1) ?? Number.NEGATIVE_INFINITY
      if (atMs === undefined || atMs < fromMs || atMs >= beforeMs || atMs <= lastMs) continue
      if (atMs - lastMs > LONGEST_STEP_MS && columns.atMs.length > 0)
        pushRow(columns, undefined, 0, lastMs + 1)
      pushRow(columns, series ?? undefined, i, atMs)
    }
  }
  add(earlier, later?.atMs[0] ?? Number.POSITIVE_INFINITY)
  add(later, Number.POSITIVE_INFINITY)
  return columns
}

interface Growing {
  atMs: number[]
  cpuRatio: (number | null)[]
  memoryRatio: (number | null)[]
  ioBytesPerSecond: (number | null)[]
  dirtyPagesPerSecond: (number | null)[]
  pageFaultsPerSecond: (number | null)[]
  dirtyOrigin: number[]
}

const pushRow = (columns: Growing, series: VmSeries | undefined, index: number, atMs: number): void => {
  columns.atMs.push(atMs)
  columns.cpuRatio.push(finite(series?.cpuRatio[index]))
  columns.memoryRatio.push(finite(series?.memoryRatio[index]))
  columns.ioBytesPerSecond.push(finite(series?.ioBytesPerSecond[index]))
  columns.dirtyPagesPerSecond.push(finite(series?.dirtyPagesPerSecond[index]))
  columns.pageFaultsPerSecond.push(finite(series?.pageFaultsPerSecond[index]))
  columns.dirtyOrigin.push(series?.dirtyOrigin[index] ?? originCodes.unavailable)
}
