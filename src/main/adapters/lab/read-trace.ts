import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import type { TraceRow } from '../../core/simulation/trace-workload.ts'

const COLUMNS = 11
const numbers = z.array(z.coerce.number().nonnegative()).length(COLUMNS)

/** Reads a Bitbrains file: a header, then rows of 11 numbers separated by a semicolon and a tab. */
export const parseTrace = (name: string, text: string): readonly TraceRow[] => {
  const rows = text
    .split('\n')
    .slice(1)
    .filter(Boolean)
    .map((line, index) => {
      const cells = numbers.safeParse(line.split(';').map(cell => cell.trim()))
      if (!cells.success) throw unreadable(name, `row ${index + 1} is not ${COLUMNS} numbers`, cells.error)
      const [, , , , cpu = 0, given = 0, used = 0, read = 0, write = 0, received = 0, sent = 0] = cells.data
      return {
        cpuRatio: cpu / 100,
        memoryRatio: given === 0 ? 0 : used / given,
        diskReadKibPerSecond: read,
        diskWriteKibPerSecond: write,
        networkReceivedKibPerSecond: received,
        networkSentKibPerSecond: sent,
      }
    })
  if (rows.length === 0) throw unreadable(name, 'it has no rows')
  return rows
}

const traces = new Map<string, readonly TraceRow[]>()

/** Reads a recorded workload that comes with the application, once. */
export const readTrace = (name: string): readonly TraceRow[] => {
  const rows = traces.get(name) ?? readRows(name)
  traces.set(name, rows)
  return rows
}

const readRows = (name: string): readonly TraceRow[] => {
  try {
    return parseTrace(name, readFileSync(new URL(`${name}.csv`, tracesFolder()), 'utf8'))
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(name, 'its file cannot be read', error)
  }
}

/** resources/traces lies beside src/ in the source tree and beside out/ in a build: at the nearest folder above. */
const tracesFolder = (): URL => {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const traces = new URL('resources/traces/', folder)
    if (existsSync(traces) || folder.pathname === '/' || folder.href === new URL('..', folder).href)
      return traces
  }
}

const unreadable = (name: string, why: string, cause?: unknown): Failure =>
  new Failure(
    {
      code: 'storage',
      message: `The recorded workload ${name} cannot be used: ${why}.`,
      remedy: 'Install Longshore again, or restore its folder resources/traces.',
    },
    cause,
  )
