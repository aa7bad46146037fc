import type Database from 'better-sqlite3'
import type { VmSeries } from '../../../shared/model/sample.ts'
import { OpenBlocks } from './open-blocks.ts'
import { blockOf, decodeBlock, encodeBlock } from './sample-block.ts'
import { decodeSeries } from './sample-codes.ts'
import { type NumberedSamples, packJournal, unpackJournal } from './sample-journal.ts'
import { joinRows, NO_ROWS, type SampleBatch, SampleBuffer, type SampleRows } from './sample-rows.ts'

/** Blocks folded in one transaction: about 30 ms of the store's thread, so that reads do not wait longer. */
const BLOCKS_PER_FOLD = 200
/** Blocks deleted in one transaction. */
const BLOCKS_PER_EXPIRY = 500

type BlockRow = { readonly block: number; readonly packed: Uint8Array }

/**
 * The samples in the database. A write adds one row to the journal; when a VM's block of time is over, its samples
 * are folded into one compact row and the journal is rewritten without them. The journal is kept in memory too.
 */
export class SampleArchive {
  private readonly database: Database.Database
  private readonly onUnreadable: (error: unknown) => void
  private readonly open = new OpenBlocks()
  private readonly numbers = new Map<string, number>()

  constructor(database: Database.Database, onUnreadable: (error: unknown) => void) {
    this.database = database
    this.onUnreadable = onUnreadable
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
      for (const { vm, block, rows } of over)
        put.run(vm, block, nowMs, encodeBlock(block, this.merged(block, this.stored(vm, block), rows)))
    })()
    for (const { vm, block } of over) this.open.remove(vm, block)
    if (this.open.over(1).length === 0) this.rewriteJournal()
    return true
  }

  /** Deletes some of the blocks written before `beforeMs`; false when there are none. */
  expire(beforeMs: number): boolean {
    const oldest = this.database
      .prepare<[], number>('SELECT written_at_ms FROM sample_block ORDER BY number LIMIT 1')
      .pluck()
      .get()
    if (oldest === undefined || oldest >= beforeMs) return false
    const deleted = this.database
      .prepare(
        `DELETE FROM sample_block WHERE written_at_ms < ?
         AND number IN (SELECT number FROM sample_block ORDER BY number LIMIT ${BLOCKS_PER_EXPIRY})`,
      )
      .run(beforeMs)
    return deleted.changes > 0
  }

  /** Samples with fromMs <= atMs < toMs, those of the journal included. */
  series(vmId: string, fromMs: number, toMs: number): VmSeries {
    const parts: SampleRows[] = []
    const vm = this.numbers.get(vmId)
    if (vm !== undefined && fromMs < toMs) {
      const first = blockOf(Math.max(fromMs, 0))
      const last = blockOf(Math.min(toMs, Number.MAX_SAFE_INTEGER))
      const stored = new Map(this.storedBetween(vm, first, last).map(row => [row.block, row.packed]))
      const wanted = this.open.blocksOf(vm).filter(block => block >= first && block <= last)
      for (const block of [...new Set([...stored.keys(), ...wanted])].sort((a, b) => a - b))
        parts.push(this.merged(block, stored.get(block), this.open.rowsOf(vm, block)))
    }
    return decodeSeries(vmId, joinRows(parts, fromMs, toMs))
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
    return this.database
      .prepare<[number, number, number], BlockRow>(
        'SELECT block, packed FROM sample_block WHERE vm = ? AND block BETWEEN ? AND ?',
      )
      .all(vm, first, last)
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
