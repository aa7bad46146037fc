import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { makeFolder } from '../system/make-folder.ts'
import { migrateSchema } from './schema.ts'

export const databasePath = (dataDir: string): string => join(dataDir, 'longshore.db')

/** Tables whose pages are all read at the start; the blocks of samples are checked as they are read. */
const CHECKED_TABLES = [
  'vm',
  'sample_journal',
  'decision',
  'migration',
  'breach',
  'connection',
  'journal',
  'pin',
  'setting',
  'schedule',
  'working_set',
]

const damage = (message: string): Error => Object.assign(new Error(message), { code: 'SQLITE_CORRUPT' })

/**
 * Opens the database of the folder, which is made when missing, and brings its schema up to date. The caller has the
 * folder locked: the journal of samples has one owner. Throws what SQLite or the file system say.
 */
export const openDatabase = (dataDir: string): Database.Database => {
  makeFolder(dataDir)
  const database = new Database(databasePath(dataDir), { timeout: 1000 })
  try {
    const isNew = database.pragma('page_count', { simple: true }) === 0
    // Seven blocks of samples fill a page of 16 KiB; three would leave one of 8 KiB a fifth empty.
    if (isNew) database.pragma('page_size = 16384')
    else check(database)
    migrateSchema(database)
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = NORMAL')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const check = (database: Database.Database): void => {
  for (const table of CHECKED_TABLES) {
    const exists = database
      .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
      .get(table)
    const verdict = exists ? database.pragma(`quick_check('${table}')`, { simple: true }) : 'ok'
    if (verdict !== 'ok') throw damage(String(verdict))
  }
}

/** Renames a damaged database and its WAL to `longshore-damaged-<time>.db` and returns that name. */
export const moveAside = (dataDir: string, nowMs: number): string => {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  let name = `longshore-damaged-${stamp}.db`
  for (let copy = 2; existsSync(join(dataDir, name)); copy++) name = `longshore-damaged-${stamp}-${copy}.db`
  const path = databasePath(dataDir)
  for (const suffix of ['-wal', '-shm', ''])
    if (existsSync(path + suffix)) renameSync(path + suffix, join(dataDir, name) + suffix)
  return name
}
