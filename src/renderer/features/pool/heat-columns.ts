import type { PoolHeat } from '../../../shared/contract/pool.ts'
import { levelOf, NO_LEVEL } from '../../charts/pool-heat/sequence.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Ranges of the heatmap: columns of the past, their width, and how many there is room for after now. */
export const heatRanges = {
  '1 h': { columns: 120, columnMs: MINUTE_MS / 2, aheadColumns: 20 },
  '6 h': { columns: 240, columnMs: 1.5 * MINUTE_MS, aheadColumns: 40 },
  '1 d': { columns: 240, columnMs: 6 * MINUTE_MS, aheadColumns: 10 },
} as const
export type HeatRange = keyof typeof heatRanges

/** What is asked for at a pool time: whole columns that keep their place while time goes on, up to the one under way. */
export const askedAt = (range: HeatRange, nowMs: number) => {
  const { columns, columnMs } = heatRanges[range]
  const toMs = (Math.floor(nowMs / columnMs) + 1) * columnMs
  return { fromMs: toMs - columns * columnMs, toMs, columns }
}

/** How often a heatmap is asked for anew, in pool time: the means it is made of are of 30 s. */
export const HEAT_STEP_MS = MINUTE_MS / 2

/** The longest that is drawn of a forecast. */
const LONGEST_AHEAD_MS = HOUR_MS

/** A row's forecast at the middle of each column after now, as far as it reaches; between its points a straight line. */
export const forecastColumns = (
  aheadMs: readonly number[],
  values: ArrayLike<number>,
  { columnMs, most }: { readonly columnMs: number; readonly most: number },
): readonly number[] => {
  const reachMs = Math.min(LONGEST_AHEAD_MS, aheadMs.at(-1) ?? 0)
  const count = Math.min(most, Math.ceil(reachMs / columnMs))
  return Array.from({ length: count }, (_, column) => {
    const atMs = Math.min(reachMs, (column + 0.5) * columnMs)
    const after = aheadMs.findIndex(ahead => ahead >= atMs)
    const [left, right] = [Math.max(0, after - 1), after]
    const [fromMs, toMs] = [aheadMs[left] ?? 0, aheadMs[right] ?? 0]
    const [from, to] = [values[left] ?? Number.NaN, values[right] ?? Number.NaN]
    return toMs > fromMs ? from + ((to - from) * (atMs - fromMs)) / (toMs - fromMs) : to
  })
}

/** When the first column begins of which anything is known, ms; null where nothing is. */
export const knownSince = (heat: Pick<PoolHeat, 'values' | 'columns' | 'fromMs' | 'toMs'>): number | null => {
  const { values, columns, fromMs, toMs } = heat
  let first = columns
  for (const [cell, value] of values.entries())
    if (!Number.isNaN(value)) first = Math.min(first, cell % columns)
  return first === columns ? null : fromMs + (first * (toMs - fromMs)) / columns
}

/** Values and levels of the rows that were read, rows x (past columns + forecast columns). */
export interface HeatCells {
  /** Which row is of whom, by id. */
  readonly rows: ReadonlyMap<string, number>
  readonly values: Float32Array
  readonly levels: Uint8Array
  readonly columns: number
  readonly forecastColumns: number
}

/** The past and the forecast beside each other, with the level of each cell on a scale. */
export const heatCells = (
  heat: PoolHeat,
  range: HeatRange,
  shareOf: (value: number) => number,
): HeatCells => {
  const { columnMs, aheadColumns } = heatRanges[range]
  const points = heat.aheadMs.length
  const ahead = heat.rowIds.map((_, row) =>
    forecastColumns(heat.aheadMs, heat.forecast.subarray(row * points, (row + 1) * points), {
      columnMs,
      most: aheadColumns,
    }),
  )
  const shown = Math.max(0, ...ahead.map(values => values.length))
  const columns = heat.columns + shown
  const values = new Float32Array(heat.rowIds.length * columns).fill(Number.NaN)
  for (const row of heat.rowIds.keys()) {
    values.set(heat.values.subarray(row * heat.columns, (row + 1) * heat.columns), row * columns)
    values.set(ahead[row] ?? [], row * columns + heat.columns)
  }
  const levels = Uint8Array.from(values, value => (Number.isNaN(value) ? NO_LEVEL : levelOf(shareOf(value))))
  const rows = new Map(heat.rowIds.map((id, row) => [id, row]))
  return { rows, values, levels, columns, forecastColumns: shown }
}
