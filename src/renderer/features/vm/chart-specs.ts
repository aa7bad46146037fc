import { threeFigures } from '../../../shared/units.ts'
import type { Ink } from '../../charts/theme.ts'
import type { ChartColumns } from './chart-columns.ts'

export type ChartName = 'dirty' | 'cpu' | 'memory' | 'io' | 'faults'

export type ColumnName = Exclude<keyof ChartColumns, 'seconds' | 'lastMs'>

interface ChartLine {
  readonly column: ColumnName
  readonly ink: Ink
  readonly width?: number
  readonly dash?: readonly number[]
  /** Drawn lightly: it stands behind another line. */
  readonly faint?: true
}

/** The area between two columns, filled lightly. */
interface ChartBand {
  readonly low: ColumnName
  readonly high: ColumnName
  readonly ink: Ink
}

/** One chart of a VM: its lines, its scale, and what it says at a moment. */
export interface ChartSpec {
  readonly name: ChartName
  readonly title: string
  readonly unit: string
  readonly height: number
  readonly showsTime: boolean
  readonly lines: readonly ChartLine[]
  readonly bands?: readonly ChartBand[]
  /** The top of the scale for the highest value shown. */
  readonly top: (highest: number, thetaMib: number | null) => number
  readonly splits?: () => number[]
  /** The value at a row, or the latest when no row is pointed at. */
  readonly readout: (columns: ChartColumns, row: number | null) => string
}

/** Estimated values: long dashes, which survive a restless line. Forecast: short ones. */
export const ESTIMATED_DASH = [7, 6] as const
export const FORECAST_DASH = [3, 3] as const

/** Theta belongs in the picture only where the VM comes within this factor of it; else its curve would lie flat. */
const THETA_WITHIN = 4

const lastRow = (columns: ChartColumns): number =>
  columns.lastMs === null ? -1 : columns.seconds.lastIndexOf(columns.lastMs / 1000)

const valueAt = (columns: ChartColumns, row: number | null, names: readonly ColumnName[]): number | null => {
  const at = row ?? lastRow(columns)
  for (const name of names) {
    const value = columns[name][at]
    if (value !== null && value !== undefined) return value
  }
  return null
}

const plain = (names: readonly ColumnName[]) => (columns: ChartColumns, row: number | null) => {
  const value = valueAt(columns, row, names)
  return value === null ? '-' : threeFigures(value)
}

const dirtyReadout = (columns: ChartColumns, row: number | null): string => {
  const at = row ?? lastRow(columns)
  const [measured, estimated] = [columns.measured[at] ?? null, columns.estimated[at] ?? null]
  const peak = columns.peak[at] ?? null
  const upTo = peak === null ? '' : ` ≤${threeFigures(peak)}`
  if (measured !== null) return `${threeFigures(measured)}${upTo}`
  if (estimated !== null) return `~${threeFigures(estimated)}${upTo}`
  const expected = columns.forecast[at] ?? null
  return expected === null ? '-' : `-> ${threeFigures(expected)}`
}

const percentScale = { top: () => 100, splits: () => [0, 50, 100] } as const
const openTop = (highest: number): number => Math.max(1, highest * 1.15)
const strip = { height: 56, showsTime: false } as const

export const chartSpecs: readonly ChartSpec[] = [
  {
    name: 'dirty',
    title: 'Dirty rate',
    unit: 'MiB/s',
    height: 230,
    showsTime: true,
    bands: [
      { low: 'errorLow', high: 'errorHigh', ink: 'dirtied' },
      { low: 'fanLow', high: 'fanHigh', ink: 'dirtied' },
    ],
    lines: [
      { column: 'peak', ink: 'dirtied', width: 1, faint: true },
      { column: 'measured', ink: 'dirtied', width: 2 },
      { column: 'estimated', ink: 'dirtied', width: 2, dash: ESTIMATED_DASH },
      { column: 'forecast', ink: 'dirtied', width: 2, dash: FORECAST_DASH },
    ],
    top: (highest, thetaMib) =>
      openTop(
        thetaMib !== null && thetaMib <= highest * THETA_WITHIN ? Math.max(highest, thetaMib) : highest,
      ),
    readout: dirtyReadout,
  },
  {
    ...strip,
    ...percentScale,
    name: 'cpu',
    title: 'CPU',
    unit: '%',
    lines: [
      { column: 'cpu', ink: 'sent' },
      { column: 'cpuForecast', ink: 'sent', dash: FORECAST_DASH },
    ],
    readout: plain(['cpu', 'cpuForecast']),
  },
  {
    ...strip,
    ...percentScale,
    name: 'memory',
    title: 'Memory',
    unit: '%',
    lines: [{ column: 'memory', ink: 'sent' }],
    readout: plain(['memory']),
  },
  {
    ...strip,
    name: 'io',
    title: 'I/O',
    unit: 'MiB/s',
    lines: [{ column: 'io', ink: 'sent' }],
    top: openTop,
    readout: plain(['io']),
  },
  {
    ...strip,
    name: 'faults',
    title: 'Page faults',
    unit: 'per s',
    lines: [{ column: 'faults', ink: 'sent' }],
    top: openTop,
    readout: plain(['faults']),
  },
]
