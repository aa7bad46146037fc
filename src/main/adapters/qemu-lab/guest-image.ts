import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cpioArchive } from './cpio.ts'
import { runProgram } from './run-program.ts'

const COMPILE_MS = 60_000

/** Puts what `make` makes in a folder of its own to `file` at once, so that nobody ever finds half of it. */
export const makeOnce = async (file: string, make: (folder: string) => Promise<string>): Promise<void> => {
  if (existsSync(file)) return
  const folder = mkdtempSync(`${file}.`)
  try {
    renameSync(await make(folder), file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The guest's file system, which holds our init alone, compiled anew when its source has changed; its path. */
export const buildGuest = async (
  source: string,
  { cacheDir, signal }: { readonly cacheDir: string; readonly signal: AbortSignal },
): Promise<string> => {
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16)
  const file = path.join(cacheDir, `guest-${digest}.cpio`)
  await makeOnce(file, async folder => {
    const init = path.join(folder, 'init')
    const args = ['-O2', '-static', '-pthread', '-s', '-o', init, source, '-lm']
    await runProgram('gcc', args, { timeoutMs: COMPILE_MS, signal })
    const archive = path.join(folder, 'archive')
    writeFileSync(archive, cpioArchive([{ name: 'init', mode: 0o100755, content: readFileSync(init) }]))
    return archive
  })
  return file
}
