import { mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { systemErrorCode } from './system-error-code.ts'

/**
 * Makes a folder and those above it, for this account only; throws what the file system says. Node's own `recursive`
 * never returns where a folder that is there takes no new ones, as an automounter's does.
 */
export const makeFolder = (folder: string): void => {
  try {
    makeOne(folder)
  } catch (error) {
    const above = path.dirname(folder)
    if (systemErrorCode(error) !== 'ENOENT' || above === folder) throw error
    makeFolder(above)
    makeOne(folder)
  }
}

const makeOne = (folder: string): void => {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    const isThere =
      systemErrorCode(error) !== 'ENOENT' && statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    if (!isThere) throw error
  }
}
