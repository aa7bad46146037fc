import { AVERAGE_STEP_MS, type VmSeries } from '../../../shared/model/sample.ts'
import { packTable, unpackTable } from './sample-block.ts'
import {
  CODES_PER_SAMPLE,
  coarseRate,
  codeOfColumn,
  DIRTY_COLUMN,
  decodeSeries,
  isRateColumn,
  MEASURE_COLUMNS,
  NO_VALUE,
  valueOfColumn,
} from './sample-codes.ts'
import type { SampleRows } from './sample-rows.ts'

/** Time that one stored row of averages of one VM covers, ms: 300 averages, thirty blocks of seconds. */
export const ROLL_UP_MS = 9_000_000

/** Number of the row of averages that a pool time falls into. */
export const rollUpOf = (atMs: number): number => Math.floor(atMs / ROLL_UP_MS)

/** Averages of `AVERAGE_STEP_MS` each, told at its beginning, oldest first. */
export interface Averages extends SampleRows {
  /** Highest dirty rate of each, as a code. */
  readonly peaks: Uint16Array
  /** Samples that each is made of. */
  readonly counts: Uint16Array
}

/** Samples have neither: each counts once and is its own peak. */
type Rows = SampleRows & Partial<Pick<Averages, 'peaks' | 'counts'>>

const AGE_COLUMN = CODES_PER_SAMPLE - 2
const ORIGIN_COLUMN = CODES_PER_SAMPLE - 1
const COLUMNS = CODES_PER_SAMPLE + 2

/** What the rows of one step add up to. */
class Sums {
  private readonly sums = new Float64Array(MEASURE_COLUMNS)
  private readonly weights = new Float64Array(MEASURE_COLUMNS)
  private age = NO_VALUE
  private origin = 0
  peak = NO_VALUE
  count = 0

  add(rows: Rows, row: number): void {
    const at = row * CODES_PER_SAMPLE
    const count = rows.counts?.[row] ?? 1
    this.count += count
    for (let column = 0; column < MEASURE_COLUMNS; column++) {
      const code = rows.codes[at + column] ?? NO_VALUE
      if (code === NO_VALUE) continue
      this.sums[column] = (this.sums[column] ?? 0) + valueOfColumn(column, code) * count
      this.weights[column] = (this.weights[column] ?? 0) + count
    }
    this.peak = higher(this.peak, rows.peaks?.[row] ?? rows.codes[at + DIRTY_COLUMN] ?? NO_VALUE)
    this.age = higher(this.age, rows.codes[at + AGE_COLUMN] ?? NO_VALUE)
    // An estimate among readings makes the average an estimate.
    this.origin = Math.max(this.origin, rows.codes[at + ORIGIN_COLUMN] ?? 0)
  }

  write(codes: Uint16Array, row: number): void {
    const at = row * CODES_PER_SAMPLE
    for (let column = 0; column < MEASURE_COLUMNS; column++) {
      const weight = this.weights[column] ?? 0
      const mean = weight === 0 ? Number.NaN : (this.sums[column] ?? 0) / weight
      const code = codeOfColumn(column, mean)
      codes[at + column] = isRateColumn(column) ? coarseRate(code) : code
    }
    codes[at + AGE_COLUMN] = this.age
    codes[at + ORIGIN_COLUMN] = this.origin
  }
}

/** Codes of rates are in the order of the rates. */
const higher = (a: number, b: number): number => {
  if (a === NO_VALUE) return b
  return b === NO_VALUE ? a : Math.max(a, b)
}

/** Means of what was available, the dirty rate's peak and the number of samples, of each step that has any. */
export const rollUp = (parts: readonly Rows[]): Averages => {
  const steps = new Map<number, Sums>()
  const sumsOf = (step: number): Sums => {
    const known = steps.get(step)
    if (known) return known
    const sums = new Sums()
    steps.set(step, sums)
    return sums
  }
  for (const rows of parts) {
    // Rows are in the order of time: a step's come one after the other.
    let step = Number.NaN
    let sums = new Sums()
    for (let row = 0; row < rows.atMs.length; row++) {
      const next = Math.floor((rows.atMs[row] ?? 0) / AVERAGE_STEP_MS)
      if (next !== step) sums = sumsOf(next)
      step = next
      sums.add(rows, row)
    }
  }
  const ordered = [...steps].sort(([a], [b]) => a - b)
  const codes = new Uint16Array(ordered.length * CODES_PER_SAMPLE)
  for (const [row, [, sums]] of ordered.entries()) sums.write(codes, row)
  return {
    atMs: Float64Array.from(ordered, ([step]) => step * AVERAGE_STEP_MS),
    codes,
    peaks: Uint16Array.from(ordered, ([, { peak }]) => coarseRate(peak)),
    counts: Uint16Array.from(ordered, ([, { count }]) => Math.min(count, 0xffff)),
  }
}

/** The averages with fromMs <= time < toMs. */
export const averagesWithin = (averages: Averages, fromMs: number, toMs: number): Averages => {
  const { atMs, codes, peaks, counts } = averages
  const start = atMs.findIndex(time => time >= fromMs)
  const end = atMs.findLastIndex(time => time < toMs) + 1
  const first = start === -1 ? atMs.length : start
  const last = Math.max(end, first)
  return {
    atMs: atMs.slice(first, last),
    codes: codes.slice(first * CODES_PER_SAMPLE, last * CODES_PER_SAMPLE),
    peaks: peaks.slice(first, last),
    counts: counts.slice(first, last),
  }
}

export const encodeAverages = (block: number, { atMs, codes, peaks, counts }: Averages): Buffer => {
  const table = new Uint16Array(atMs.length * COLUMNS)
  for (let row = 0; row < atMs.length; row++) {
    table.set(codes.subarray(row * CODES_PER_SAMPLE, (row + 1) * CODES_PER_SAMPLE), row * COLUMNS)
    table[row * COLUMNS + CODES_PER_SAMPLE] = peaks[row] ?? NO_VALUE
    table[row * COLUMNS + CODES_PER_SAMPLE + 1] = counts[row] ?? 0
  }
  return packTable({ startMs: block * ROLL_UP_MS, columns: COLUMNS, atMs, codes: table })
}

/** The averages that `encodeAverages` made `bytes` of; throws when they are damaged. */
export const decodeAverages = (block: number, bytes: Uint8Array): Averages => {
  const { atMs, codes: table } = unpackTable(block * ROLL_UP_MS, COLUMNS, bytes)
  const codes = new Uint16Array(atMs.length * CODES_PER_SAMPLE)
  const peaks = new Uint16Array(atMs.length)
  const counts = new Uint16Array(atMs.length)
  for (let row = 0; row < atMs.length; row++) {
    codes.set(table.subarray(row * COLUMNS, row * COLUMNS + CODES_PER_SAMPLE), row * CODES_PER_SAMPLE)
    peaks[row] = table[row * COLUMNS + CODES_PER_SAMPLE] ?? NO_VALUE
    counts[row] = table[row * COLUMNS + CODES_PER_SAMPLE + 1] ?? 0
  }
  return { atMs, codes, peaks, counts }
}

/** The series that averages stand for. */
export const decodeAverageSeries = (vmId: string, averages: Averages): VmSeries => ({
  ...decodeSeries(vmId, averages),
  stepMs: AVERAGE_STEP_MS,
  dirtyPeakPagesPerSecond: Float32Array.from(averages.peaks, code => valueOfColumn(DIRTY_COLUMN, code)),
  sampleCounts: averages.counts,
})
