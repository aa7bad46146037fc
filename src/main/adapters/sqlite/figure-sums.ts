import type { GridOrder } from '../../../shared/model/figure-grid.ts'
import { AVERAGE_STEP_MS, SAMPLE_STEP_MS } from '../../../shared/model/sample.ts'
import { loadIndex } from '../../core/placement/load-index.ts'
import { BLOCK_MS } from './sample-block.ts'
import { CODES_PER_SAMPLE, DIRTY_COLUMN, NO_VALUE, valueOfColumn } from './sample-codes.ts'
import type { SampleRows } from './sample-rows.ts'

/** Columns of a sample that figures are made of: CPU, memory, I/O and dirty rate, the first ones. */
export const FIGURE_COLUMNS = 4
const CPU = 0
const MEMORY = 1
const IO = 2

const STEPS = BLOCK_MS / AVERAGE_STEP_MS
const STEP_SECONDS = AVERAGE_STEP_MS / SAMPLE_STEP_MS

/** The value of a code, or null where there was none. */
const valueAt = (codes: Uint16Array, at: number, column: number): number | null => {
  const code = codes[at + column] ?? NO_VALUE
  return code === NO_VALUE ? null : valueOfColumn(column, code)
}

/** Sums the samples of many subjects into a grid of means, subject by subject, column by column. */
export class FigureSums {
  private readonly order: GridOrder
  private readonly columnMs: number
  private readonly sums: Float64Array
  private readonly weights: Float64Array

  constructor(order: GridOrder) {
    this.order = order
    this.columnMs = (order.toMs - order.fromMs) / order.columns
    this.sums = new Float64Array(order.subjects.length * order.columns)
    this.weights = new Float64Array(order.subjects.length * order.columns)
  }

  /** Adds samples of one second each. */
  addSeconds(subject: number, { atMs, codes }: SampleRows): void {
    for (let row = 0; row < atMs.length; row++)
      this.add(
        subject,
        { atMs: atMs[row] ?? 0, seconds: 1 },
        this.valueOf(subject, codes, row * CODES_PER_SAMPLE),
      )
  }

  /** Adds the 30 s means of a block, whose codes begin at `at`. */
  addMeans(subject: number, block: number, { codes, at }: { codes: Uint16Array; at: number }): void {
    for (let step = 0; step < STEPS; step++) {
      const value = this.valueOf(subject, codes, at + step * FIGURE_COLUMNS)
      this.add(subject, { atMs: block * BLOCK_MS + step * AVERAGE_STEP_MS, seconds: STEP_SECONDS }, value)
    }
  }

  /** Subjects x columns, NaN where nothing is known. A load index is that of the mean of what was free. */
  means(): Float32Array {
    const isLoad = this.order.figure === 'load'
    const means = new Float32Array(this.sums.length)
    for (let cell = 0; cell < means.length; cell++) {
      const mean = (this.sums[cell] ?? 0) / (this.weights[cell] ?? 0)
      means[cell] = isLoad ? 1 / mean : mean
    }
    return means
  }

  private add(subject: number, when: { atMs: number; seconds: number }, value: number | null): void {
    const { fromMs, toMs, columns } = this.order
    const { atMs, seconds } = when
    if (value === null || atMs < fromMs || atMs >= toMs) return
    const cell = subject * columns + Math.min(columns - 1, Math.floor((atMs - fromMs) / this.columnMs))
    this.sums[cell] = (this.sums[cell] ?? 0) + value * seconds
    this.weights[cell] = (this.weights[cell] ?? 0) + seconds
  }

  /** A load index counts as its inverse, the share that is free: infinite ones have a mean too. */
  private valueOf(subject: number, codes: Uint16Array, at: number): number | null {
    const { figure, subjects } = this.order
    if (figure === 'cpu') return valueAt(codes, at, CPU)
    if (figure === 'dirty') return valueAt(codes, at, DIRTY_COLUMN)
    const [cpu, memory] = [valueAt(codes, at, CPU), valueAt(codes, at, MEMORY)]
    if (cpu === null || memory === null) return null
    const io = valueAt(codes, at, IO)
    const capacity = subjects[subject]?.ioCapacityBytesPerSecond ?? null
    const ioRatio = io === null || capacity === null ? null : io / capacity
    return 1 / loadIndex([cpu, memory, ioRatio])
  }
}
