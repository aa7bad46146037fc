import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Failure } from '../../../shared/failure.ts'
import { causeOf } from './storage-failure.ts'

/** Pages copied between two messages of the store's thread: 2 MiB, a few ms. */
const PAGES_PER_STEP = 128

/** How a copy is followed. */
export interface Copying {
  /** Told the part that is done, 0..1. */
  readonly onProgress: (doneRatio: number) => void
  /** Gives the copy up; nothing is left of it. */
  readonly signal?: AbortSignal | undefined
}

const inTheWay = (file: string): Failure =>
  new Failure({
    code: 'storage',
    message: `The history cannot be backed up to ${file}: there is such a file already.`,
    remedy: 'Name a file that is not there yet; a backup overwrites nothing.',
  })

/**
 * Copies an open database to a new file, by SQLite's own backup: the copy is of one moment, whatever is written
 * meanwhile by the same connection; a reader must hold a transaction, or each write of another process starts it anew.
 * The file appears when it is whole. Rejects with a Failure, or with the signal's reason.
 */
export const copyDatabase = async (
  source: Database.Database,
  file: string,
  { onProgress, signal }: Copying,
): Promise<void> => {
  if (existsSync(file)) throw inTheWay(file)
  const partial = `${file}.${crypto.randomUUID().slice(0, 8)}.partial`
  try {
    await source.backup(partial, {
      progress: ({ totalPages, remainingPages }) => {
        signal?.throwIfAborted()
        onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages)
        return PAGES_PER_STEP
      },
    })
    settle(partial)
    signal?.throwIfAborted()
    putInPlace(partial, file)
    onProgress(1)
  } catch (error) {
    if (error instanceof Failure || signal?.aborted) throw error
    throw new Failure(
      {
        code: 'storage',
        message: `The history cannot be backed up to ${file}: ${causeOf(error)}.`,
        remedy: 'Look whether the folder is there, may be written and has room, or name another one.',
      },
      error,
    )
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(partial + suffix, { force: true })
  }
}

/** Leaves one file that can be read anywhere, and all of it on the disk. */
const settle = (partial: string): void => {
  const copy = new Database(partial)
  try {
    copy.pragma('journal_mode = DELETE')
  } finally {
    copy.close()
  }
  const descriptor = openSync(partial, 'r+')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** A link fails where a file is; a rename would put it out of the way. */
const putInPlace = (partial: string, file: string): void => {
  try {
    linkSync(partial, file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EEXIST' || existsSync(file)) throw inTheWay(file)
    // Not every file system has links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw error
    renameSync(partial, file)
  }
}
