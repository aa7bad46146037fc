import { AVERAGE_STEP_MS, originCodes, type VmSeries } from '../../../shared/model/sample.ts'

/** A VM's past as plain columns, oldest first; null where a value was unavailable or nothing was recorded. */
export interface HistoryColumns {
  readonly atMs: readonly number[]
  readonly cpuRatio: readonly (number | null)[]
  readonly memoryRatio: readonly (number | null)[]
  readonly ioBytesPerSecond: readonly (number | null)[]
  readonly dirtyPagesPerSecond: readonly (number | null)[]
  /** The highest dirty rate of what an average covers; null for single samples. */
  readonly dirtyPeakPagesPerSecond: readonly (number | null)[]
  readonly pageFaultsPerSecond: readonly (number | null)[]
  /** One of `originCodes`. */
  readonly dirtyOrigin: readonly number[]
}

/**
 * Two rows further apart than this are not joined by a line: nothing was recorded between them. Seconds may have become
 * averages where they are no longer kept.
 */
const longestStepMs = (series: VmSeries): number => (series.stepMs === AVERAGE_STEP_MS ? 75_000 : 35_000)

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null

type Growing = { -readonly [K in keyof HistoryColumns]: HistoryColumns[K][number][] }

const emptyColumns = (): Growing => ({
  atMs: [],
  cpuRatio: [],
  memoryRatio: [],
  ioBytesPerSecond: [],
  dirtyPagesPerSecond: [],
  dirtyPeakPagesPerSecond: [],
  pageFaultsPerSecond: [],
  dirtyOrigin: [],
})

const pushRow = (columns: Growing, series: VmSeries | undefined, index: number, atMs: number): void => {
  columns.atMs.push(atMs)
  columns.cpuRatio.push(finite(series?.cpuRatio[index]))
  columns.memoryRatio.push(finite(series?.memoryRatio[index]))
  columns.ioBytesPerSecond.push(finite(series?.ioBytesPerSecond[index]))
  columns.dirtyPagesPerSecond.push(finite(series?.dirtyPagesPerSecond[index]))
  columns.dirtyPeakPagesPerSecond.push(finite(series?.dirtyPeakPagesPerSecond?.[index]))
  columns.pageFaultsPerSecond.push(finite(series?.pageFaultsPerSecond[index]))
  columns.dirtyOrigin.push(series?.dirtyOrigin[index] ?? originCodes.unavailable)
}

/** Rows of both, by time; where they overlap those of `later` stay. Rows before `fromMs` are dropped. */
export const joinSeries = (
  earlier: VmSeries | null,
  later: VmSeries | null,
  fromMs: number,
): HistoryColumns => {
  const columns = emptyColumns()
  const add = (series: VmSeries, beforeMs: number) => {
    for (const [i, atMs] of series.atMs.entries()) {
      const lastMs = columns.atMs.at(-1)
      if (atMs < fromMs || atMs >= beforeMs || (lastMs !== undefined && atMs <= lastMs)) continue
      if (lastMs !== undefined && atMs - lastMs > longestStepMs(series))
        pushRow(columns, undefined, 0, lastMs + 1)
      pushRow(columns, series, i, atMs)
    }
  }
  if (earlier) add(earlier, later?.atMs[0] ?? Number.POSITIVE_INFINITY)
  if (later) add(later, Number.POSITIVE_INFINITY)
  return columns
}

const averageColumns = [
  'cpuRatio',
  'memoryRatio',
  'ioBytesPerSecond',
  'dirtyPagesPerSecond',
  'pageFaultsPerSecond',
] as const

/** Rows first..last (excluded) of a column that are numbers. */
const numbersIn = (column: Float32Array, [first, last]: readonly [number, number]): readonly number[] => [
  ...column.subarray(first, last).filter(value => !Number.isNaN(value)),
]

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length

/** Samples as averages of 30 s with the peak of their dirty rate, as the store makes them of older ones. */
export const averageSeries = (series: VmSeries): VmSeries => {
  const stretches: [number, number][] = []
  series.atMs.forEach((atMs, i) => {
    const before = series.atMs[i - 1]
    const isSame =
      before !== undefined && Math.floor(before / AVERAGE_STEP_MS) === Math.floor(atMs / AVERAGE_STEP_MS)
    const last = stretches.at(-1)
    if (isSame && last) last[1] = i + 1
    else stretches.push([i, i + 1])
  })
  const means = Object.fromEntries(
    averageColumns.map(name => [
      name,
      Float32Array.from(stretches, stretch => meanOf(numbersIn(series[name], stretch))),
    ]),
  ) as Record<(typeof averageColumns)[number], Float32Array>
  return {
    vmId: series.vmId,
    stepMs: AVERAGE_STEP_MS,
    ...means,
    atMs: Float64Array.from(
      stretches,
      ([first]) => Math.floor((series.atMs[first] ?? 0) / AVERAGE_STEP_MS) * AVERAGE_STEP_MS,
    ),
    // Codes are in the order of doubt: an average is as good as the worst that went into it.
    dirtyOrigin: Uint8Array.from(stretches, ([first, last]) =>
      Math.max(0, ...series.dirtyOrigin.subarray(first, last)),
    ),
    dirtyPeakPagesPerSecond: Float32Array.from(stretches, stretch => {
      const values = numbersIn(series.dirtyPagesPerSecond, stretch)
      return values.length === 0 ? Number.NaN : Math.max(...values)
    }),
    sampleCounts: Uint16Array.from(stretches, ([first, last]) => last - first),
  }
}
