import { join } from 'node:path'
import Database from 'better-sqlite3'
import { makeFolder } from '../system/make-folder.ts'

/**
 * Makes this process the one that writes the history of a folder, which is made when missing, until the answer is
 * called; throws SQLITE_BUSY while another is. The lock is SQLite's on an empty file of its own, which the system takes
 * away with the process; the history itself stays open to readers.
 */
export const lockFolder = (dataDir: string): (() => void) => {
  makeFolder(dataDir)
  const lock = new Database(join(dataDir, 'longshore.lock'), { timeout: 1000 })
  try {
    lock.pragma('journal_mode = MEMORY')
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw error
  }
  return () => lock.close()
}
