import { closeSync, constants, fstatSync, openSync } from 'node:fs'

/** Not waiting for a writer where a pipe has taken the file's place: that would hold its thread for ever. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Opens a file of so many bytes to read it; null where what is there now is not that. */
export const openFileOf = (path: string, bytes: number): number | null => {
  const file = openSync(path, FLAGS)
  const now = fstatSync(file)
  if (now.isFile() && now.size === bytes) return file
  closeSync(file)
  return null
}
