import type Database from 'better-sqlite3'
import type { GridOrder } from '../../../shared/model/figure-grid.ts'
import type { Retention } from '../../../shared/model/retention.ts'
import { AVERAGE_STEP_MS, type SeriesStepMs, type VmSeries } from '../../../shared/model/sample.ts'
import { FigureSums } from './figure-sums.ts'
import { OpenBlocks } from './open-blocks.ts'
import { Overviews } from './overviews.ts'
import { averagesWithin, decodeAverageSeries, ROLL_UP_MS, rollUp, rollUpOf } from './roll-up.ts'
import { RollUps } from './roll-ups.ts'
import { BLOCK_MS, blockOf, decodeBlock, encodeBlock } from './sample-block.ts'
import { CODES_PER_SAMPLE, decodeSeries } from './sample-codes.ts'
import { type NumberedSamples, packJournal, unpackJournal } from './sample-journal.ts'
import { joinRows, NO_ROWS, type SampleBatch, SampleBuffer, type SampleRows } from './sample-rows.ts'

/** Blocks folded in one transaction: about 30 ms of the store's thread, so that reads do not wait longer. */
const BLOCKS_PER_FOLD = 200
/** Blocks averaged and deleted in one transaction, as long a pause. */
const BLOCKS_PER_EXPIRY = 60

type BlockRow = { readonly block: number; readonly packed: Uint8Array }
type Ends = { readonly first: number | null; readonly last: number | null }
type DueRow = BlockRow & { readonly number: number; readonly vm: number; readonly writtenAtMs: number }

export interface SeriesRange {
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: SeriesStepMs
}

const inMs = (block: number | null | undefined, lengthMs: number): number | undefined =>
  typeof block === 'number' ? block * lengthMs : undefined

/** Rows by the five-minute block that each belongs to. */
const byBlock = ({ atMs, codes }: SampleRows): ReadonlyMap<number, SampleRows> => {
  const blocks = new Map<number, SampleRows>()
  for (let start = 0; start < atMs.length; ) {
    const block = blockOf(atMs[start] ?? 0)
    let end = start + 1
    while (end < atMs.length && blockOf(atMs[end] ?? 0) === block) end++
    blocks.set(block, {
      atMs: atMs.subarray(start, end),
      codes: codes.subarray(start * CODES_PER_SAMPLE, end * CODES_PER_SAMPLE),
    })
    start = end
  }
  return blocks
}

/**
 * The samples in the database. A write adds one row to the journal; when a VM's block of time is over, its samples
 * are folded into one compact row and the journal is rewritten without them. The journal is kept in memory too.
 */
export class SampleArchive {
  private readonly database: Database.Database
  private readonly onUnreadable: (error: unknown) => void
  private readonly open = new OpenBlocks()
  private readonly numbers = new Map<string, number>()
  private readonly rollUps: RollUps
  private readonly overviews: Overviews
  private readBlocks: Database.Statement<[number, number, number], BlockRow> | undefined

  constructor(database: Database.Database, onUnreadable: (error: unknown) => void) {
    this.database = database
    this.onUnreadable = onUnreadable
    this.rollUps = new RollUps(database, onUnreadable)
    this.overviews = new Overviews(database, onUnreadable)
    this.loadNumbers()
    const rows = database
      .prepare<[], Uint8Array>('SELECT packed FROM sample_journal ORDER BY sequence')
      .pluck()
    for (const packed of rows.iterate()) this.open.add(unpackJournal(packed))
  }

  /** Writes one journal row for each batch, within the caller's transaction; `remember` them when it has committed. */
  journal(batches: readonly SampleBatch[]): readonly NumberedSamples[] {
    const insert = this.database.prepare('INSERT INTO sample_journal (packed) VALUES (?)')
    return batches
      .filter(batch => batch.atMs.length > 0)
      .map(batch => {
        const numbers = batch.vmIds.map(id => this.numberOf(id))
        const samples = { ...batch, vms: batch.vms.map(index => numbers[index] ?? 0) }
        insert.run(packJournal(samples))
        return samples
      })
  }

  remember(written: readonly NumberedSamples[]): void {
    for (const samples of written) this.open.add(samples)
  }

  /** After a transaction that was rolled back: the numbers it gave are void. */
  loadNumbers(): void {
    this.numbers.clear()
    const rows = this.database.prepare<[], { id: string; number: number }>('SELECT id, number FROM vm')
    for (const { id, number } of rows.iterate()) this.numbers.set(id, number)
  }

  /** Folds some of the blocks that are over; false when there are none. */
  fold(nowMs: number): boolean {
    const over = this.open.over(BLOCKS_PER_FOLD)
    if (over.length === 0) return false
    const put = this.database.prepare(
      `INSERT INTO sample_block (vm, block, written_at_ms, packed) VALUES (?, ?, ?, ?)
       ON CONFLICT (vm, block) DO UPDATE SET packed = excluded.packed`,
    )
    this.database.transaction(() => {
      const whole = over.map(({ vm, block, rows }) => ({
        vm,
        block,
        rows: this.merged(block, this.stored(vm, block), rows),
      }))
      for (const { vm, block, rows } of whole) put.run(vm, block, nowMs, encodeBlock(block, rows))
      this.overviews.add(whole, nowMs)
    })()
    for (const { vm, block } of over) this.open.remove(vm, block)
    if (this.open.over(1).length === 0) this.rewriteJournal()
    return true
  }

  /** Averages and deletes some of what has been kept for its time; false when there is none. */
  expire(nowMs: number, { samplesMs, averagesMs }: Retention): boolean {
    const due = this.database
      .prepare<[], DueRow>(
        `SELECT number, vm, block, written_at_ms AS writtenAtMs, packed FROM sample_block
         ORDER BY number LIMIT ${BLOCKS_PER_EXPIRY}`,
      )
      .all()
      .filter(({ writtenAtMs }) => writtenAtMs < nowMs - samplesMs)
    if (due.length === 0)
      return this.rollUps.expire(nowMs - averagesMs) || this.overviews.expire(nowMs - samplesMs)
    const remove = this.database.prepare('DELETE FROM sample_block WHERE number = ?')
    this.database.transaction(() => {
      for (const { number, vm, block, writtenAtMs, packed } of due) {
        const rows = this.readable(block, packed)
        if (rows && rows.atMs.length > 0) this.rollUps.add(vm, rollUp([rows]), writtenAtMs)
        remove.run(number)
      }
    })()
    return true
  }

  /** Samples (averages where no more is kept) or averages with fromMs <= atMs < toMs, those of the journal included. */
  series(vmId: string, range: SeriesRange): VmSeries {
    const { fromMs, toMs, stepMs } = range
    const vm = this.numbers.get(vmId)
    if (vm === undefined || !(fromMs < toMs)) return decodeSeries(vmId, joinRows([], 0, 0))
    const first = blockOf(Math.max(fromMs, 0))
    const last = blockOf(Math.min(toMs, Number.MAX_SAFE_INTEGER))
    const fine = this.fineBetween(vm, first, last)
    const coarse = this.rollUps.between(vm, rollUpOf(first * BLOCK_MS), rollUpOf(last * BLOCK_MS))
    if (stepMs === AVERAGE_STEP_MS || (fine.size === 0 && coarse.length > 0))
      return decodeAverageSeries(vmId, averagesWithin(rollUp([...coarse, ...fine.values()]), fromMs, toMs))
    const parts = new Map(coarse.flatMap(rows => [...byBlock(rows)]))
    for (const [block, rows] of fine) parts.set(block, rows)
    const ordered = [...parts].sort(([a], [b]) => a - b).map(([, rows]) => rows)
    const series = decodeSeries(vmId, joinRows(ordered, fromMs, toMs))
    if (coarse.length === 0) return series
    const counts = new Map<number, number>()
    for (const rows of coarse)
      for (const [row, time] of rows.atMs.entries())
        if (!fine.has(blockOf(time))) counts.set(time, rows.counts[row] ?? 1)
    return { ...series, sampleCounts: Uint16Array.from(series.atMs, time => counts.get(time) ?? 1) }
  }

  /** Means of one figure, subject by subject; of what is no longer kept as seconds there are none. */
  grid(order: GridOrder): Float32Array {
    const sums = new FigureSums(order)
    // The place of each subject that has ever had samples, by its number.
    const subjects = new Map(
      order.subjects.map(({ seriesId }, subject) => [this.numbers.get(seriesId) ?? Number.NaN, subject]),
    )
    const [first, last] = [blockOf(Math.max(order.fromMs, 0)), blockOf(order.toMs)]
    const blocks = last - first + 1
    const told = new Uint8Array(order.subjects.length * blocks)
    for (const [vm, subject] of subjects)
      for (const block of this.open.blocksOf(vm)) {
        if (block < first || block > last) continue
        // Late samples belong to a block that is stored already.
        sums.addSeconds(subject, this.merged(block, this.stored(vm, block), this.open.rowsOf(vm, block)))
        told[subject * blocks + block - first] = 1
      }
    this.overviews.visit({ first, last, subjects, told }, (subject, block, means) =>
      sums.addMeans(subject, block, means),
    )
    return sums.means()
  }

  /** Every series there is: VMs by their ids, hosts as `hostSeriesId` says. */
  seriesIds(): readonly string[] {
    return [...this.numbers.keys()]
  }

  /** From when to when there may be samples of a VM, to the block; empty when there are none. */
  span(vmId: string): { readonly fromMs: number; readonly toMs: number } {
    const vm = this.numbers.get(vmId)
    if (vm === undefined) return { fromMs: 0, toMs: 0 }
    const ends = (table: 'sample_block' | 'roll_up') =>
      this.database
        .prepare<[number], Ends>(`SELECT min(block) AS first, max(block) AS last FROM ${table} WHERE vm = ?`)
        .get(vm)
    const fine = ends('sample_block')
    const coarse = ends('roll_up')
    const open = this.open.blocksOf(vm)
    const times = [
      ...[fine?.first, fine?.last, ...open].map(block => inMs(block, BLOCK_MS)),
      ...[coarse?.first, coarse?.last].map(block => inMs(block, ROLL_UP_MS)),
    ].filter(time => time !== undefined)
    if (times.length === 0) return { fromMs: 0, toMs: 0 }
    return { fromMs: Math.min(...times), toMs: Math.max(...times) + ROLL_UP_MS }
  }

  /** The samples of a VM's blocks, by block, in no order. */
  private fineBetween(vm: number, first: number, last: number): ReadonlyMap<number, SampleRows> {
    const stored = new Map(this.storedBetween(vm, first, last).map(row => [row.block, row.packed]))
    const open = this.open.blocksOf(vm).filter(block => block >= first && block <= last)
    return new Map(
      [...new Set([...stored.keys(), ...open])].map(block => [
        block,
        this.merged(block, stored.get(block), this.open.rowsOf(vm, block)),
      ]),
    )
  }

  private merged(block: number, packed: Uint8Array | undefined, rows: SampleRows | undefined): SampleRows {
    const before = packed && this.readable(block, packed)
    if (!before) return rows ?? NO_ROWS
    if (!rows) return before
    const buffer = new SampleBuffer()
    buffer.putAll(before)
    buffer.putAll(rows)
    return buffer.rows()
  }

  private readable(block: number, packed: Uint8Array): SampleRows | undefined {
    try {
      return decodeBlock(block, packed)
    } catch (error) {
      this.onUnreadable(error)
      return undefined
    }
  }

  private stored(vm: number, block: number): Uint8Array | undefined {
    return this.storedBetween(vm, block, block)[0]?.packed
  }

  private storedBetween(vm: number, first: number, last: number): readonly BlockRow[] {
    this.readBlocks ??= this.database.prepare(
      'SELECT block, packed FROM sample_block WHERE vm = ? AND block BETWEEN ? AND ?',
    )
    return this.readBlocks.all(vm, first, last)
  }

  private rewriteJournal(): void {
    const rest = this.open.all()
    this.database.transaction(() => {
      this.database.prepare('DELETE FROM sample_journal').run()
      if (rest.atMs.length > 0)
        this.database.prepare('INSERT INTO sample_journal (packed) VALUES (?)').run(packJournal(rest))
    })()
  }

  private numberOf(id: string): number {
    const known = this.numbers.get(id)
    if (known !== undefined) return known
    const number = Number(this.database.prepare('INSERT INTO vm (id) VALUES (?)').run(id).lastInsertRowid)
    this.numbers.set(id, number)
    return number
  }
}
