import type Database from 'better-sqlite3'
import { AVERAGE_STEP_MS } from '../../../shared/model/sample.ts'
import { FIGURE_COLUMNS } from './figure-sums.ts'
import type { OpenBlock } from './open-blocks.ts'
import { BLOCK_MS, packTable, unpackTable } from './sample-block.ts'
import { CODES_PER_SAMPLE, codeOfColumn, NO_VALUE, valueOfColumn } from './sample-codes.ts'
import type { SampleRows } from './sample-rows.ts'

const CODES_PER_BLOCK = (BLOCK_MS / AVERAGE_STEP_MS) * FIGURE_COLUMNS
/** The VM's number, in two halves, before the codes. */
const TABLE_COLUMNS = 2 + CODES_PER_BLOCK
/** Rows deleted in one transaction. */
const ROWS_PER_EXPIRY = 50

interface OverviewRow {
  readonly first: number
  readonly packed: Uint8Array
}

/** What is asked for: blocks by number, both ends counted, and which subject each VM's number stands for. */
interface Range {
  readonly first: number
  readonly last: number
  readonly subjects: ReadonlyMap<number, number>
  /** Subjects x blocks, 1 for what is known already. */
  readonly told: Uint8Array
}

/** Means of a block's figures by 30 s: steps x FIGURE_COLUMNS codes, NO_VALUE where there was none. */
const overviewOf = (block: number, { atMs, codes }: SampleRows): Uint16Array => {
  const sums = new Float64Array(CODES_PER_BLOCK)
  const counts = new Uint16Array(CODES_PER_BLOCK)
  for (let row = 0; row < atMs.length; row++) {
    const step = Math.floor(((atMs[row] ?? 0) - block * BLOCK_MS) / AVERAGE_STEP_MS)
    for (let column = 0; column < FIGURE_COLUMNS; column++) {
      const code = codes[row * CODES_PER_SAMPLE + column] ?? NO_VALUE
      if (code === NO_VALUE) continue
      const at = step * FIGURE_COLUMNS + column
      sums[at] = (sums[at] ?? 0) + valueOfColumn(column, code)
      counts[at] = (counts[at] ?? 0) + 1
    }
  }
  return Uint16Array.from(sums, (sum, at) =>
    counts[at] === 0 ? NO_VALUE : codeOfColumn(at % FIGURE_COLUMNS, sum / (counts[at] ?? 1)),
  )
}

/**
 * The table `overview`: 30 s means of many VMs in one row, so that the past of a whole pool is read without decoding
 * the seconds of each of its VMs. Where two rows tell of the same block of a VM the later one is right.
 */
export class Overviews {
  private readonly database: Database.Database
  private readonly onUnreadable: (error: unknown) => void

  constructor(database: Database.Database, onUnreadable: (error: unknown) => void) {
    this.database = database
    this.onUnreadable = onUnreadable
  }

  /** Adds one row for blocks that are complete; within the caller's transaction. */
  add(blocks: readonly OpenBlock[], writtenAtMs: number): void {
    const ordered = blocks.toSorted((a, b) => a.block - b.block)
    const first = ordered[0]?.block
    const last = ordered.at(-1)?.block
    if (first === undefined || last === undefined) return
    const codes = new Uint16Array(ordered.length * TABLE_COLUMNS)
    for (const [row, { vm, block, rows }] of ordered.entries()) {
      codes[row * TABLE_COLUMNS] = vm & 0xffff
      codes[row * TABLE_COLUMNS + 1] = vm >>> 16
      codes.set(overviewOf(block, rows), row * TABLE_COLUMNS + 2)
    }
    // Clocks of pools may be years apart, more than a table's times in ms can be: its times are blocks.
    const atMs = Float64Array.from(ordered, ({ block }) => block)
    const packed = packTable({ startMs: first, columns: TABLE_COLUMNS, atMs, codes })
    this.database
      .prepare('INSERT INTO overview (first, last, written_at_ms, packed) VALUES (?, ?, ?, ?)')
      .run(first, last, writtenAtMs, packed)
  }

  /** Tells of each block of each subject that is not `told` of yet, and marks it: its means' codes begin at `at`. */
  visit(
    { first, last, subjects, told }: Range,
    tell: (subject: number, block: number, means: { codes: Uint16Array; at: number }) => void,
  ): void {
    const rows = this.database.prepare<[number, number], OverviewRow>(
      'SELECT first, packed FROM overview WHERE last >= ? AND first <= ? ORDER BY number DESC',
    )
    const blocks = last - first + 1
    for (const stored of rows.iterate(first, last)) {
      const table = this.readable(stored)
      if (!table) continue
      for (let row = 0; row < table.atMs.length; row++) {
        const at = row * TABLE_COLUMNS
        const vm = (table.codes[at] ?? 0) + 0x10000 * (table.codes[at + 1] ?? 0)
        const subject = subjects.get(vm)
        const block: number = table.atMs[row] ?? 0
        if (subject === undefined || block < first || block > last) continue
        const key = subject * blocks + block - first
        if (told[key] === 1) continue
        told[key] = 1
        tell(subject, block, { codes: table.codes, at: at + 2 })
      }
    }
  }

  /** Deletes some of the rows written before `beforeMs`; false when there are none. */
  expire(beforeMs: number): boolean {
    const deleted = this.database
      .prepare(
        `DELETE FROM overview WHERE written_at_ms < ?
         AND number IN (SELECT number FROM overview ORDER BY number LIMIT ${ROWS_PER_EXPIRY})`,
      )
      .run(beforeMs)
    return deleted.changes > 0
  }

  private readable({ first, packed }: OverviewRow): SampleRows | undefined {
    try {
      return unpackTable(first, TABLE_COLUMNS, packed)
    } catch (error) {
      this.onUnreadable(error)
      return undefined
    }
  }
}
