import { errorText, Failure } from '../../../shared/failure.ts'
import { systemErrorCode } from '../system/system-error-code.ts'

type Cause = readonly [why: string, remedy: string]

const isFull: Cause = ['the disk is full', 'Free some room on it.']
const isForbidden: Cause = [
  'this user may not write there',
  'Give this user the right to write in its folder.',
]
const isInTheWay: Cause = ['a file is in the way of its folder', 'Move that file away.']

const causes: Readonly<Record<string, Cause>> = {
  ENOSPC: isFull,
  EDQUOT: isFull,
  EACCES: isForbidden,
  EPERM: isForbidden,
  EEXIST: isInTheWay,
  ENOTDIR: isInTheWay,
  EROFS: ['its disk can only be read', 'Put the hosts file where its folder can be written to.'],
}

/** Why a file beside the hosts file could not be written, for a person. */
export const notWritten = (file: string, error: unknown): Failure => {
  const [why, remedy] = causes[systemErrorCode(error)] ?? [
    errorText(error).replace(/\.$/, ''),
    'Look at its folder.',
  ]
  return new Failure({ code: 'storage', message: `${file} cannot be written: ${why}.`, remedy }, error)
}
