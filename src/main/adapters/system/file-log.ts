import { appendFile, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import { errorText } from '../../../shared/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { logLine } from './log-line.ts'
import { makeFolder } from './make-folder.ts'

/** Two files of this size hold weeks of what we write. */
const defaultMaxBytes = 4 * 1024 * 1024
/** What is tried again and again is complained of no more often than this. */
const quietMs = 600_000

export interface FileLog extends Log {
  /** Resolves when everything is on disk. */
  close(): Promise<void>
}

/**
 * Writes JSON lines to `longshore.log` in `dataDir`, the older half in `longshore.1.log`, and warnings and errors to
 * `complain` as well, the same one at most every ten minutes. Never throws: where the file cannot be written, everything
 * goes to `complain`, which is told once.
 */
export const openFileLog = ({
  dataDir,
  clock,
  complain = line => process.stderr.write(`longshore: ${line}\n`),
  maxBytes = defaultMaxBytes,
}: {
  readonly dataDir: string
  readonly clock: Clock
  readonly complain?: (line: string) => void
  readonly maxBytes?: number
}): FileLog => {
  const file = path.join(dataDir, 'longshore.log')
  let waiting: string[] = []
  let sizeBytes: number | undefined
  let writing: Promise<void> | undefined
  let isBroken = false
  const complainedAtMs = new Map<string, number>()

  const open = async (): Promise<number> => {
    makeFolder(dataDir)
    return (await stat(file).catch(() => ({ size: 0 }))).size
  }
  const append = async (lines: readonly string[]): Promise<void> => {
    const text = `${lines.join('\n')}\n`
    const bytes = Buffer.byteLength(text)
    sizeBytes ??= await open()
    if (sizeBytes > 0 && sizeBytes + bytes > maxBytes) {
      await rename(file, path.join(dataDir, 'longshore.1.log'))
      sizeBytes = 0
    }
    await appendFile(file, text, { mode: 0o600 })
    sizeBytes += bytes
  }
  const drain = async (): Promise<void> => {
    // One turn later, so that what is written together goes to disk together.
    await Promise.resolve()
    while (waiting.length > 0) {
      const lines = waiting
      waiting = []
      try {
        await append(lines)
        isBroken = false
      } catch (error) {
        if (!isBroken) complain(`the log ${file} cannot be written: ${String(error)}`)
        isBroken = true
        lines.forEach(complain)
      }
    }
    writing = undefined
  }
  const tell = (words: string): void => {
    const nowMs = clock.now()
    for (const [told, atMs] of complainedAtMs)
      if (Math.abs(nowMs - atMs) >= quietMs) complainedAtMs.delete(told)
    if (complainedAtMs.has(words)) return
    complainedAtMs.set(words, nowMs)
    complain(words)
  }
  const write = (entry: Omit<Parameters<typeof logLine>[0], 'atMs'>): void => {
    waiting.push(logLine({ atMs: clock.now(), ...entry }))
    if (entry.level !== 'info' && !isBroken) tell(sentence(entry))
    writing ??= drain()
  }

  return {
    info: (message, facts = {}) => write({ level: 'info', message, facts }),
    warn: (message, facts = {}) => write({ level: 'warn', message, facts }),
    error: (message, error, facts = {}) => write({ level: 'error', message, error, facts }),
    close: async () => writing,
  }
}

/** The message with its reason: that of the error, or the one that stands in the facts. */
const sentence = ({ message, error, facts }: Omit<Parameters<typeof logLine>[0], 'atMs'>): string => {
  const why = error === undefined ? (facts?.why ?? facts?.message) : errorText(error)
  return typeof why === 'string' ? `${message}: ${why}` : message
}
