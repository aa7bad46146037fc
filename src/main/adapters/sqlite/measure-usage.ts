import { statSync } from 'node:fs'
import type Database from 'better-sqlite3'
import type { KeptSamples, StoreUsage } from '../../../shared/model/store-usage.ts'
import { decodeAverages } from './roll-up.ts'
import { decodeBlock } from './sample-block.ts'

/** Newest rows that stand for all: a few ms to unpack. */
const MEASURED_ROWS = 100
/** What SQLite adds to a row of samples in its page, and to the index for it; measured on 1,400 rows by `dbstat`. */
const ROW_BYTES = 25
const INDEX_BYTES = 35

interface Row {
  readonly block: number
  readonly packed: Uint8Array
}

interface Kind {
  readonly table: 'sample_block' | 'roll_up'
  /** VM-seconds that a row is about; throws when it is damaged. */
  readonly secondsIn: (row: Row) => number
}

const SAMPLES: Kind = {
  table: 'sample_block',
  secondsIn: ({ block, packed }) => decodeBlock(block, packed).atMs.length,
}
const AVERAGES: Kind = {
  table: 'roll_up',
  secondsIn: ({ block, packed }) =>
    decodeAverages(block, packed).counts.reduce((sum, count) => sum + count, 0),
}

/** What the file takes and what is in it: counted where that is quick, else measured on the newest rows. */
export const measureUsage = (database: Database.Database): StoreUsage => {
  const pragma = (name: string) => Number(database.pragma(name, { simple: true }))
  const pageBytes = pragma('page_size')
  return {
    fileBytes: pragma('page_count') * pageBytes,
    logBytes: statSync(`${database.name}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    freeBytes: pragma('freelist_count') * pageBytes,
    samples: measure(database, SAMPLES, pageBytes),
    averages: measure(database, AVERAGES, pageBytes),
  }
}

const measure = (database: Database.Database, { table, secondsIn }: Kind, pageBytes: number): KeptSamples => {
  const oldest = database
    .prepare<[], number>(`SELECT written_at_ms FROM ${table} ORDER BY number LIMIT 1`)
    .pluck()
    .get()
  const rows = database
    .prepare<[], Row>(`SELECT block, packed FROM ${table} ORDER BY number DESC LIMIT ${MEASURED_ROWS}`)
    .all()
  let seconds = 0
  let bytes = 0
  let read = 0
  for (const row of rows) {
    try {
      seconds += secondsIn(row)
      bytes += row.packed.length + ROW_BYTES
      read++
    } catch {
      // Damaged: whoever reads it says so.
    }
  }
  // Rows do not go over the end of a page: what does not fill it up is lost.
  const rowsInPage = Math.floor((pageBytes * read) / bytes)
  const withSlack = rowsInPage > 0 ? (pageBytes / rowsInPage) * read : bytes
  const onDisk = withSlack + INDEX_BYTES * read
  return {
    bytesPerVmSecond: seconds > 0 ? onDisk / seconds : null,
    oldestWrittenMs: oldest ?? null,
  }
}
