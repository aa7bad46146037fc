import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Failure } from '../../../shared/failure.ts'
import { type Copying, copyDatabase } from './copy-database.ts'
import { type ExportOrder, exportLines } from './export-lines.ts'
import { databasePath } from './open-database.ts'
import { NewerSchema, SCHEMA_STEPS } from './schema.ts'
import { storageFailure } from './storage-failure.ts'

/** A history that another process may be writing, for reading only. Everything fails with a Failure `storage`. */
export interface HistoryReader {
  /** Copies it to a new file. */
  backup(file: string, onProgress: Copying['onProgress']): Promise<void>
  /** Lines of what is asked for, oldest first, each with its line end; read as they are taken. */
  lines(order: ExportOrder): Iterable<string>
  close(): void
}

/** Opens the history of a folder beside whoever writes it. */
export const readHistory = (dataDir: string): HistoryReader => {
  const path = databasePath(dataDir)
  if (!existsSync(path))
    throw new Failure({
      code: 'storage',
      message: `There is no history at ${path}.`,
      remedy: 'Say with LONGSHORE_DATA which data folder is meant, or start Longshore to begin one.',
    })
  const read = <T>(task: () => T): T => {
    try {
      return task()
    } catch (error) {
      throw error instanceof Failure ? error : storageFailure('be read', path, error)
    }
  }
  const database = read(() => new Database(path, { readonly: true, timeout: 1000 }))
  return {
    backup: async (file, onProgress) => {
      read(() => {
        database.exec('BEGIN')
        database.prepare('SELECT count(*) FROM sqlite_schema').get()
      })
      try {
        await copyDatabase(database, file, { onProgress })
      } finally {
        database.exec('COMMIT')
      }
    },
    lines: function* (order) {
      read(() => checkVersion(database, path))
      const lines = exportLines(database, order)
      for (;;) {
        const { done, value } = read(() => lines.next())
        if (done) return
        yield value
      }
    },
    close: () => database.close(),
  }
}

const checkVersion = (database: Database.Database, path: string): void => {
  const found = Number(database.pragma('user_version', { simple: true }))
  if (found > SCHEMA_STEPS.length) throw new NewerSchema(found)
  if (found === SCHEMA_STEPS.length) return
  throw new Failure({
    code: 'storage',
    message: `The history at ${path} was written by an older Longshore.`,
    remedy: 'Start this Longshore once: it brings the file up to date.',
  })
}

/** What can be said of a history without owning it. */
export interface HistoryState {
  /** On the disk, what is not yet folded into the file included. */
  readonly bytes: number
  readonly schema: number
  /** The schema that this Longshore writes. */
  readonly newestSchema: number
  /** A console has the folder locked. */
  readonly isInUse: boolean
}

/** Looks at the history of a folder, null where there is none; throws what SQLite or the file system say. */
export const examineHistory = (dataDir: string): HistoryState | null => {
  const path = databasePath(dataDir)
  if (!existsSync(path)) return null
  const sizes = [path, `${path}-wal`].map(file => statSync(file, { throwIfNoEntry: false })?.size ?? 0)
  return {
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    schema: schemaVersion(path),
    newestSchema: SCHEMA_STEPS.length,
    isInUse: isInUse(dataDir),
  }
}

const schemaVersion = (file: string): number => {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: 1000 })
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get()
    return Number(database.pragma('user_version', { simple: true }))
  } finally {
    database.close()
  }
}

/** A console holds an exclusive lock for as long as it runs, which nobody can read through. */
const isInUse = (folder: string): boolean => {
  const file = join(folder, 'longshore.lock')
  if (!existsSync(file)) return false
  const lock = new Database(file, { readonly: true, fileMustExist: true, timeout: 0 })
  try {
    lock.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true
    throw error
  } finally {
    lock.close()
  }
}
