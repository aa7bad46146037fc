import type Database from 'better-sqlite3'
import type { GridOrder } from '../../../shared/model/figure-grid.ts'
import { type Retention, retentionOf } from '../../../shared/model/retention.ts'
import type { VmSeries } from '../../../shared/model/sample.ts'
import type { StoreUsage } from '../../../shared/model/store-usage.ts'
import type { StoredSettings } from '../../../shared/model/stored-settings.ts'
import { type Copying, copyDatabase } from './copy-database.ts'
import { readSettings } from './facts.ts'
import { measureUsage } from './measure-usage.ts'
import { SampleArchive, type SeriesRange } from './sample-archive.ts'
import type { NumberedSamples } from './sample-journal.ts'
import type { SampleBatch } from './sample-rows.ts'
import type { Fact, JournalRow } from './store-protocol.ts'

const PUT_FACT = {
  // A decision is history: the first one of an id stays.
  decision: 'INSERT INTO decision (id, at_ms, body) VALUES (@id, @atMs, @body) ON CONFLICT (id) DO NOTHING',
  migration: `INSERT INTO migration (id, at_ms, body) VALUES (@id, @atMs, @body)
    ON CONFLICT (id) DO UPDATE SET at_ms = excluded.at_ms, body = excluded.body`,
  breach: `INSERT INTO breach (id, at_ms, body) VALUES (@id, @atMs, @body)
    ON CONFLICT (id) DO UPDATE SET at_ms = excluded.at_ms, body = excluded.body`,
  connection: `INSERT INTO connection (id, body) VALUES (@id, @body)
    ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
  pin: `INSERT INTO pin (id, body) VALUES (@id, @body)
    ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
  setting: `INSERT INTO setting (id, body) VALUES (@id, @body)
    ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
  schedule: `INSERT INTO schedule (id, body) VALUES (@id, @body)
    ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
  working_set: `INSERT INTO working_set (id, vm, at_ms, body) VALUES (@id, json_extract(@body, '$.vmId'), @atMs, @body)
    ON CONFLICT (id) DO UPDATE SET at_ms = excluded.at_ms, body = excluded.body`,
} as const

const LIST_FACTS = {
  decision: 'SELECT body FROM decision ORDER BY at_ms DESC, number DESC LIMIT ?',
  migration: 'SELECT body FROM migration ORDER BY at_ms DESC, number DESC LIMIT ?',
  breach: 'SELECT body FROM breach ORDER BY at_ms DESC, number DESC LIMIT ?',
  connection: 'SELECT body FROM connection ORDER BY number LIMIT ?',
  pin: 'SELECT body FROM pin ORDER BY number LIMIT ?',
  setting: 'SELECT body FROM setting ORDER BY number LIMIT ?',
  schedule: 'SELECT body FROM schedule ORDER BY number LIMIT ?',
  working_set: 'SELECT body FROM working_set ORDER BY at_ms DESC, number DESC LIMIT ?',
} as const

/** A migration of more rounds is shown without its last ones' reasons. */
const DECISIONS_OF_MIGRATION = 1000

const OPEN_JOURNAL = `SELECT body FROM journal WHERE migration NOT IN
  (SELECT migration FROM journal WHERE step = 'ended') ORDER BY number`

const DAY_MS = 24 * 3_600_000
/** What a journal is good for, taking up a migration where it was, is long over then; its outcome is kept for ever. */
export const ENDED_JOURNAL_KEPT_MS = 90 * DAY_MS
/** Migrations whose lines go in one transaction. */
const JOURNALS_PER_PRUNING = 100

const PRUNE_JOURNAL = `DELETE FROM journal WHERE migration IN (SELECT migration FROM journal WHERE step = 'ended'
  AND CASE WHEN json_valid(body) THEN json_extract(body, '$.atMs') END < ? LIMIT ${JOURNALS_PER_PRUNING})`

/** Everything Longshore does with one open database, synchronously; every method throws what SQLite says. */
export class StoreDatabase {
  private readonly database: Database.Database
  private readonly samples: SampleArchive
  /** When the journal was last found to have nothing to prune. */
  private prunedMs = Number.NEGATIVE_INFINITY

  constructor(database: Database.Database, onUnreadable: (error: unknown) => void) {
    this.database = database
    this.samples = new SampleArchive(database, onUnreadable)
  }

  /** All or nothing, in one transaction. */
  write(batches: readonly SampleBatch[], facts: readonly Fact[]): void {
    let written: readonly NumberedSamples[] = []
    try {
      this.database.transaction(() => {
        written = this.samples.journal(batches)
        for (const fact of facts) this.put(fact)
      })()
    } catch (error) {
      if (this.database.open) this.samples.loadNumbers()
      throw error
    }
    this.samples.remember(written)
  }

  private put(fact: Fact): void {
    if (fact.body !== null) this.database.prepare(PUT_FACT[fact.table]).run(fact)
    else this.database.prepare(`DELETE FROM ${fact.table} WHERE id = ?`).run(fact.id)
  }

  /** One short piece of housekeeping; false when there is none left. What the operator set goes before `retention`. */
  tidy(nowMs: number, retention: Retention): boolean {
    if (this.samples.fold(nowMs)) return true
    if (this.samples.expire(nowMs, retentionOf(this.settings().retention, retention))) return true
    return this.pruneJournal(nowMs)
  }

  /** Looks once a day for lines of migrations that ended long ago, and deletes some; false when there are none. */
  private pruneJournal(nowMs: number): boolean {
    if (nowMs - this.prunedMs < DAY_MS) return false
    const { changes } = this.database.prepare(PRUNE_JOURNAL).run(nowMs - ENDED_JOURNAL_KEPT_MS)
    if (changes === 0) this.prunedMs = nowMs
    return changes > 0
  }

  usage(): StoreUsage {
    return measureUsage(this.database)
  }

  private settings(): StoredSettings {
    return readSettings(this.facts('setting', Number.MAX_SAFE_INTEGER))
  }

  series(vmId: string, range: SeriesRange): VmSeries {
    return this.samples.series(vmId, range)
  }

  grid(order: GridOrder): Float32Array {
    return this.samples.grid(order)
  }

  /** Bodies, newest first (connections: in the order they were added). */
  facts(table: Fact['table'], limit: number): readonly string[] {
    return this.database.prepare<[number], string>(LIST_FACTS[table]).pluck().all(limit)
  }

  /** Bodies of a VM's working sets, newest first. */
  workingSets(vmId: string, limit: number): readonly string[] {
    return this.database
      .prepare<[string, number], string>(
        'SELECT body FROM working_set WHERE vm = ? ORDER BY at_ms DESC, number DESC LIMIT ?',
      )
      .pluck()
      .all(vmId, limit)
  }

  /** Bodies of the decisions whose ids name a migration, oldest first. */
  decisionsOf(migrationId: string): readonly string[] {
    // ';' comes after ':', so this is every id that begins with the migration's and a colon, found by the index of ids.
    return this.database
      .prepare<[string, string], string>(
        `SELECT body FROM decision WHERE id > ? AND id < ? ORDER BY at_ms, number LIMIT ${DECISIONS_OF_MIGRATION}`,
      )
      .pluck()
      .all(`${migrationId}:`, `${migrationId};`)
  }

  /** Adds a line to the journal; on return it and everything committed before are on the disk. */
  appendJournal(row: JournalRow): void {
    this.durably(() =>
      this.database
        .prepare('INSERT INTO journal (migration, step, body) VALUES (@migration, @step, @body)')
        .run(row),
    )
  }

  /** Bodies of the journals that have no end, in the order written. */
  openJournal(): readonly string[] {
    return this.database.prepare<[], string>(OPEN_JOURNAL).pluck().all()
  }

  /** Forces everything committed onto the disk. */
  flush(): void {
    const version = this.database.pragma('user_version', { simple: true })
    // A commit that changes nothing, because a checkpoint may have to wait for a reader.
    this.durably(() => this.database.pragma(`user_version = ${version}`))
  }

  /** Copies everything to a new file, piece by piece between other work; rejects with a Failure. */
  backup(file: string, copying: Copying): Promise<void> {
    return copyDatabase(this.database, file, copying)
  }

  /** A commit after which it and everything committed before are on the disk. */
  private durably(commit: () => void): void {
    // With FULL each commit ends by forcing the whole WAL onto the disk.
    this.database.pragma('synchronous = FULL')
    try {
      commit()
    } finally {
      if (this.database.open) this.database.pragma('synchronous = NORMAL')
    }
  }

  close(): void {
    this.database.close()
  }
}
