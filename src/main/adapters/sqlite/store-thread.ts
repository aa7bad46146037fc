import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { Failure, type FailureReport } from '../../../shared/failure.ts'
import type { Copying } from './copy-database.ts'
import { lockFolder } from './lock-folder.ts'
import { databasePath, moveAside, type openDatabase } from './open-database.ts'
import { salvage } from './salvage.ts'
import type { SampleBatch } from './sample-rows.ts'
import { isDamage, isEnvironment, storageFailure } from './storage-failure.ts'
import { StoreDatabase } from './store-database.ts'
import type { Fact, StoreAnswer, StoreQuestion, StoreSettings } from './store-protocol.ts'

/** What the store's thread is given. */
export interface Outside {
  readonly settings: StoreSettings
  /** Opens the database of a folder, as `openDatabase` does. */
  readonly open: typeof openDatabase
  /** Wall-clock ms since the epoch. */
  readonly nowMs: () => number
  readonly onTrouble: (failure: FailureReport) => void
}

/**
 * The store's thread without the thread: keeps one database open, replaces it when it is found damaged, and keeps
 * the facts that the disk refused for the next write.
 */
export class StoreThread {
  private readonly outside: Outside
  private readonly path: string
  private readonly unlock: () => void
  private database: StoreDatabase
  private unsaved = new Map<string, Fact>()
  private readonly reported = new Map<'write' | 'tidy' | 'read', string>()

  /** Throws a Failure when there can be no database in the folder. */
  constructor(outside: Outside) {
    this.outside = outside
    this.path = databasePath(outside.settings.dataDir)
    this.unlock = this.locked()
    try {
      this.database = this.openOrReplace()
    } catch (error) {
      this.unlock()
      throw error
    }
  }

  /** Whether it was saved; if not, trouble has been reported and the facts wait for the next write. */
  write(batches: readonly SampleBatch[], facts: readonly Fact[]): boolean {
    for (const fact of facts) this.unsaved.set(`${fact.table} ${fact.id}`, fact)
    try {
      this.onSound(() => this.database.write(batches, [...this.unsaved.values()]))
    } catch (error) {
      // What would fail for ever must not hold up the rest.
      if (!isEnvironment(error)) this.unsaved.clear()
      this.report('write', storageFailure('be written', this.path, error))
      return false
    }
    this.unsaved.clear()
    this.reported.delete('write')
    return true
  }

  /** Throws a Failure. */
  answer(question: Exclude<StoreQuestion, { kind: 'close' | 'backup' }>): StoreAnswer {
    try {
      return this.onSound(() => {
        if (question.kind === 'series') return this.database.series(question.vmId, question)
        if (question.kind === 'grid') return this.database.grid(question.order)
        if (question.kind === 'facts') return this.database.facts(question.table, question.limit)
        if (question.kind === 'usage') return this.database.usage()
        if (question.kind === 'working-sets') return this.database.workingSets(question.vmId, question.limit)
        if (question.kind === 'decisions-of') return this.database.decisionsOf(question.migrationId)
        if (question.kind === 'open-journal') return this.database.openJournal()
        if (this.unsaved.size > 0) {
          this.database.write([], [...this.unsaved.values()])
          this.unsaved.clear()
        }
        if (question.kind === 'journal') this.database.appendJournal(question.row)
        else this.database.flush()
        return null
      })
    } catch (error) {
      const isWrite = question.kind === 'flush' || question.kind === 'journal'
      throw storageFailure(isWrite ? 'be written' : 'be read', this.path, error)
    }
  }

  /** One short piece of housekeeping; false when there is none left or it cannot be done now. */
  tidy(): boolean {
    try {
      const isMore = this.onSound(() =>
        this.database.tidy(this.outside.nowMs(), this.outside.settings.retention),
      )
      if (isMore) this.reported.delete('tidy')
      return isMore
    } catch (error) {
      this.report('tidy', storageFailure('be tidied', this.path, error))
      return false
    }
  }

  /** Rejects with a Failure, or with the signal's reason. */
  backup(file: string, copying: Copying): Promise<void> {
    return this.database.backup(file, copying)
  }

  close(): void {
    this.database.close()
    this.unlock()
  }

  private locked(): () => void {
    try {
      return lockFolder(this.outside.settings.dataDir)
    } catch (error) {
      throw storageFailure('be opened', this.path, error)
    }
  }

  /** Does `task`, once more on a new database when the present one turns out to be damaged. */
  private onSound<T>(task: () => T): T {
    try {
      return task()
    } catch (error) {
      if (!isDamage(error)) throw error
      this.database.close()
      this.database = this.replace()
      return task()
    }
  }

  private openOrReplace(): StoreDatabase {
    try {
      return this.wrapped(this.outside.open(this.outside.settings.dataDir))
    } catch (error) {
      if (!isDamage(error)) throw storageFailure('be opened', this.path, error)
    }
    try {
      return this.replace()
    } catch (error) {
      throw storageFailure('be replaced', this.path, error)
    }
  }

  private replace(): StoreDatabase {
    const { dataDir } = this.outside.settings
    const name = moveAside(dataDir, this.outside.nowMs())
    const database = this.outside.open(dataDir)
    const saved = salvage(join(dataDir, name), database)
    const wrapped = this.wrapped(database)
    this.outside.onTrouble({
      code: 'storage',
      message: `The history at ${this.path} was damaged; it was put aside as ${name} and a new one begun. ${saved}`,
      remedy:
        'Restore a backup if you need what is lost; Longshore works without it. If it happens again, check the disk.',
    })
    return wrapped
  }

  private wrapped(database: Database.Database): StoreDatabase {
    try {
      return new StoreDatabase(database, error => this.report('read', this.unreadable(error)))
    } catch (error) {
      database.close()
      throw error
    }
  }

  private unreadable(error: unknown): Failure {
    return new Failure(
      {
        code: 'storage',
        message: `Some samples in the history at ${this.path} are damaged and left out.`,
        remedy: 'Nothing needs to be done; if it happens again, check the disk.',
      },
      error,
    )
  }

  /** Says each trouble once until the same work succeeds again. */
  private report(work: 'write' | 'tidy' | 'read', failure: Failure): void {
    if (failure.message === this.reported.get(work)) return
    this.reported.set(work, failure.message)
    this.outside.onTrouble(failure.report())
  }
}
