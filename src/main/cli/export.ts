import { createWriteStream, rmSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { Failure } from '../../shared/failure.ts'
import { type ExportOrder, exportFormats, exportKinds } from '../adapters/sqlite/export-lines.ts'
import { readHistory } from '../adapters/sqlite/read-history.ts'
import { dataFolder } from './data-folder.ts'

interface ExportOptions {
  readonly what: ExportOrder['what']
  readonly format: ExportOrder['format']
  readonly from?: number
  readonly to?: number
  readonly vm?: string
  readonly out?: string
  readonly json: boolean
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** Written at a time. */
const CHUNK_CHARACTERS = 65_536

/** `2026-01-31T12:00Z` or so long ago: `90m`, `24h`, `7d`. */
const instant = (text: string): number => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined)
    return Date.now() - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms))
    throw new InvalidArgumentError('Say a time as 2026-01-31T12:00Z, or how long ago as 90m, 24h, 7d.')
  return ms
}

/** Joins lines to pieces worth a write; `onLine` is told of each. */
function* inChunks(lines: Iterable<string>, onLine: () => void): Generator<string, void> {
  let chunk = ''
  for (const line of lines) {
    onLine()
    chunk += line
    if (chunk.length < CHUNK_CHARACTERS) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

const notWritten = (file: string, error: unknown): Failure =>
  codeOf(error) === 'EEXIST'
    ? new Failure({
        code: 'storage',
        message: `Nothing was exported: there is a file ${file} already.`,
        remedy: 'Name a file that is not there yet; an export overwrites nothing.',
      })
    : new Failure(
        {
          code: 'storage',
          message: `The export to ${file} failed: ${error instanceof Error ? error.message : String(error)}.`,
          remedy: 'Look whether the folder is there, may be written and has room, or name another file.',
        },
        error,
      )

const writeFile = async (file: string, chunks: Iterable<string>): Promise<void> => {
  try {
    await pipeline(Readable.from(chunks), createWriteStream(file, { flags: 'wx' }))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') rmSync(file, { force: true })
    throw error instanceof Failure ? error : notWritten(file, error)
  }
}

const writeOut = async (chunks: Iterable<string>): Promise<void> => {
  try {
    await pipeline(Readable.from(chunks), process.stdout, { end: false })
  } catch (error) {
    // Whoever reads may stop early.
    if (codeOf(error) !== 'EPIPE') throw error
  }
}

const exportHistory = async ({ what, format, from, to, vm, out, json }: ExportOptions): Promise<void> => {
  const order = { what, format, fromMs: from ?? 0, toMs: to ?? Number.MAX_SAFE_INTEGER, vm: vm ?? null }
  const file = out === undefined ? undefined : path.resolve(out)
  const history = readHistory(dataFolder())
  let lines = 0
  try {
    const chunks = inChunks(history.lines(order), () => lines++)
    if (file === undefined) await writeOut(chunks)
    else await writeFile(file, chunks)
  } finally {
    history.close()
  }
  const rows = format === 'csv' ? lines - 1 : lines
  const summary = json
    ? JSON.stringify({ what, format, rows, from: from ?? null, to: to ?? null, file: file ?? null })
    : `${rows} ${what} exported${file === undefined ? '' : ` to ${file}`}.`
  // What was exported has standard output to itself.
  if (file !== undefined) process.stdout.write(`${summary}\n`)
  else if (json || process.stderr.isTTY) process.stderr.write(`${summary}\n`)
}

/** `longshore export`: the history as text, whether or not Longshore runs. */
export const exportCommand = new Command('export')
  .description('Write the history of a stretch of time as CSV or JSON lines; Longshore may be running.')
  .addOption(new Option('--what <kind>', 'what to export').choices(exportKinds).makeOptionMandatory())
  .option('--from <time>', 'from then on: 2026-01-31T12:00Z, or 90m, 24h, 7d ago', instant)
  .option('--to <time>', 'until before then', instant)
  .option('--vm <id>', 'of one VM only (not of samples: a name will do)')
  .addOption(new Option('--format <format>', 'CSV or JSON lines').choices(exportFormats).default('csv'))
  .option('--out <file>', 'a file that is not there yet, instead of standard output')
  .option('--json', 'print a summary as one line of JSON (on standard error without --out)', false)
  .addHelpText(
    'after',
    '\nTimes are those of the pools. Samples older than a day are 30 s averages.\nLONGSHORE_DATA names another data folder. Exit: 0 done, 1 failed, 2 wrong usage.',
  )
  .action(exportHistory)
