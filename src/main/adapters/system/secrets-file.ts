import { chmod, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../../../shared/failure.ts'
import { makeFolder } from './make-folder.ts'
import { systemErrorCode } from './system-error-code.ts'

/** A thousand pools with passwords of a kilobyte each, several times over. */
const MAX_BYTES = 16 * 1024 * 1024

/** The text of a file of secrets; undefined when there is none. Rejects with a Failure `storage`. */
export const readSecretsFile = async (file: string): Promise<string | undefined> => {
  try {
    const bytes = await readFile(file)
    if (bytes.length > MAX_BYTES) throw damagedSecrets(file)
    return bytes.toString('utf8')
  } catch (error) {
    if (error instanceof Failure) throw error
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw new Failure({
      code: 'storage',
      message: `The passwords in ${file} cannot be read (${systemErrorCode(error) || 'unknown'}).`,
      remedy: 'Check who may read the file and its folder.',
    })
  }
}

/**
 * Replaces the file so that a reader, or a crash, finds the old text or the new one whole; only its owner may read it.
 * Rejects with a Failure `storage`; the old file then stays.
 */
export const writeSecretsFile = async (file: string, text: string): Promise<void> => {
  const draft = `${file}.${process.pid}.new`
  try {
    makeFolder(path.dirname(file))
    const handle = await open(draft, 'w', 0o600)
    try {
      // A draft that a crash left behind keeps its own mode.
      await chmod(draft, 0o600)
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    throw new Failure({
      code: 'storage',
      message: `The passwords cannot be written to ${file} (${systemErrorCode(error) || 'unknown'}).`,
      remedy: 'Check the free space and who may write there, or keep the password for this run only.',
    })
  }
}

export const damagedSecrets = (file: string): Failure =>
  new Failure({
    code: 'storage',
    message: `The file of passwords ${file} is damaged.`,
    remedy: 'Restore it from a backup, or move it away and enter the passwords again.',
  })
