import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Failure } from '../../../shared/failure.ts'
import { copyDatabase, type OnProgress } from './copy-database.ts'
import { type ExportOrder, exportLines } from './export-lines.ts'
import { databasePath } from './open-database.ts'
import { NewerSchema, SCHEMA_STEPS } from './schema.ts'
import { storageFailure } from './storage-failure.ts'

/** A history that another process may be writing, for reading only. Everything fails with a Failure `storage`. */
export interface HistoryReader {
  /** Copies it to a new file. */
  backup(file: string, onProgress: OnProgress): Promise<void>
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
        await copyDatabase(database, file, onProgress)
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
