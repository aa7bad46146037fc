import { Failure } from '../../../shared/failure.ts'
import { NewerSchema } from './schema.ts'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Whether the database file itself is broken, so that only another file helps. */
export const isDamage = (error: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error))

/** Whether the same write may work later: the disk, its rights or its room are at fault, not what was written. */
export const isEnvironment = (error: unknown): boolean =>
  /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|LOCKED|NOMEM|PERM|AUTH)|^E(NOSPC|ACCES|PERM|ROFS|NOTDIR|NOENT|EXIST|IO|ISDIR|DQUOT)$/.test(
    codeOf(error),
  )

const causeAndRemedy = (error: unknown, isOpen: boolean): readonly [cause: string, remedy: string] => {
  const code = codeOf(error)
  const elsewhere = 'or start Longshore with another data folder'
  if (error instanceof NewerSchema)
    return [
      `it was written by a newer Longshore (version ${error.found} of its layout)`,
      `Start that newer Longshore, ${elsewhere}.`,
    ]
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return ['another program is using it', `Close the other Longshore ${elsewhere}.`]
  if (/^SQLITE_FULL|^ENOSPC$|^EDQUOT$/.test(code))
    return [
      'the disk is full',
      isOpen
        ? 'Free some room on the disk; Longshore goes on writing by itself.'
        : `Free some room on the disk and start Longshore again, ${elsewhere}.`,
    ]
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|^E(ACCES|PERM|ROFS)$/.test(code))
    return ['it cannot be written to', `Give this account the right to write there ${elsewhere}.`]
  if (/^E(NOTDIR|EXIST|ISDIR)$/.test(code))
    return ['a file is in the way of the folder', `Move that file away ${elsewhere}.`]
  if (code === 'ENOENT')
    return [
      'its folder is not there and cannot be made',
      `Check where the path and its links lead, ${elsewhere}.`,
    ]
  if (/^SQLITE_IOERR|^EIO$/.test(code)) return ['the disk reports an error', `Check the disk ${elsewhere}.`]
  if (isDamage(error))
    return ['the file is damaged', 'Restart Longshore: it puts the file aside and begins a new one.']
  return [error instanceof Error ? error.message : String(error), 'Look into the log for more.']
}

/** Why, in words that complete a sentence. */
export const causeOf = (error: unknown): string => causeAndRemedy(error, true)[0]

/** What went wrong with the file at `path` while `doing` ("be opened", "be written"), for a person. */
export const storageFailure = (doing: string, path: string, error: unknown): Failure => {
  const [cause, remedy] = causeAndRemedy(error, doing !== 'be opened')
  return new Failure(
    { code: 'storage', message: `The history at ${path} cannot ${doing}: ${cause}.`, remedy },
    error,
  )
}
