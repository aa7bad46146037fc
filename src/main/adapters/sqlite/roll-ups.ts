import type Database from 'better-sqlite3'
import { type Averages, decodeAverages, encodeAverages, rollUp, rollUpOf } from './roll-up.ts'

/** Rows deleted in one transaction. */
const ROWS_PER_EXPIRY = 500

type RollUpRow = { readonly block: number; readonly packed: Uint8Array }

/** The averages of what is older than one-second samples are kept, in the table `roll_up`. */
export class RollUps {
  private readonly database: Database.Database
  private readonly onUnreadable: (error: unknown) => void

  constructor(database: Database.Database, onUnreadable: (error: unknown) => void) {
    this.database = database
    this.onUnreadable = onUnreadable
  }

  /** Puts averages of one VM, all of one row's time, beside those that are there; within the caller's transaction. */
  add(vm: number, averages: Averages, writtenAtMs: number): void {
    const block = rollUpOf(averages.atMs[0] ?? 0)
    const before = this.between(vm, block, block)
    this.database
      .prepare(
        `INSERT INTO roll_up (vm, block, written_at_ms, packed) VALUES (?, ?, ?, ?)
         ON CONFLICT (vm, block) DO UPDATE SET packed = excluded.packed,
         written_at_ms = max(written_at_ms, excluded.written_at_ms)`,
      )
      .run(vm, block, writtenAtMs, encodeAverages(block, rollUp([...before, averages])))
  }

  /** Averages of the rows `first` to `last` of a VM, oldest first. */
  between(vm: number, first: number, last: number): readonly Averages[] {
    return this.database
      .prepare<[number, number, number], RollUpRow>(
        'SELECT block, packed FROM roll_up WHERE vm = ? AND block BETWEEN ? AND ? ORDER BY block',
      )
      .all(vm, first, last)
      .flatMap(({ block, packed }) => {
        try {
          return [decodeAverages(block, packed)]
        } catch (error) {
          this.onUnreadable(error)
          return []
        }
      })
  }

  /** Deletes some of the rows whose samples were all written before `beforeMs`; false when there are none. */
  expire(beforeMs: number): boolean {
    const deleted = this.database
      .prepare(
        `DELETE FROM roll_up WHERE written_at_ms < ?
         AND number IN (SELECT number FROM roll_up ORDER BY number LIMIT ${ROWS_PER_EXPIRY})`,
      )
      .run(beforeMs)
    return deleted.changes > 0
  }
}
