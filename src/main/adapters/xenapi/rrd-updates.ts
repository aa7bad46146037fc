import { z } from 'zod'
import { parseXport } from './xport.ts'

/** The newest number of a data source, and when it was taken (s, pool time). */
export interface Figure {
  readonly value: number
  readonly atSeconds: number
}

/** What is known of one VM or host, by data source. */
export type Figures = ReadonlyMap<string, Figure>

export interface RrdUpdates {
  readonly stepSeconds: number
  /** Time of the newest row, s since the epoch in pool time; undefined when there is none. */
  readonly newestSeconds: number | undefined
  readonly hosts: ReadonlyMap<string, Figures>
  readonly vms: ReadonlyMap<string, Figures>
}

const document = z.object({
  meta: z.object({ step: z.coerce.number().positive(), legend: z.array(z.string()) }),
  data: z.array(z.object({ t: z.coerce.number(), values: z.array(z.unknown()) })),
})

/** Servers before 23.31 write NaN and infinities bare, which JSON does not know; inside strings they stay. */
const withoutBareNaN = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:nan|inf(?:inity)?)\b/gi, token =>
    token.startsWith('"') ? token : 'null',
  )

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return JSON.parse(withoutBareNaN(text))
  }
}

const numberIn = (cell: unknown): number =>
  typeof cell === 'number' ? cell : typeof cell === 'string' && cell !== '' ? Number(cell) : Number.NaN

/** `AVERAGE:vm:<uuid>:vbd_xvda_read`: the name of a data source may hold colons too. */
const columnOf = (entry: string): { kind: string; uuid: string; name: string } | undefined => {
  const [cf, kind, uuid, ...name] = entry.split(':')
  return cf === 'AVERAGE' && kind !== undefined && uuid !== undefined && name.length > 0
    ? { kind, uuid, name: name.join(':') }
    : undefined
}

/**
 * Reads an answer of `/rrd_updates`, in JSON or, from older servers, in XML. Each data source gets the newest number it has in any row, since some lag
 * by a row; the columns are those of this answer. Throws (SyntaxError, ZodError) when it is no such document.
 */
export const parseRrdUpdates = (text: string): RrdUpdates => {
  const { meta, data } = document.parse(/^\s*</.test(text) ? parseXport(text) : parseJson(text))
  // Newest first is the custom, not a promise.
  const rows = data.toSorted((a, b) => b.t - a.t)
  const hosts = new Map<string, Map<string, Figure>>()
  const vms = new Map<string, Map<string, Figure>>()
  meta.legend.forEach((entry, index) => {
    const column = columnOf(entry)
    const byUuid = column?.kind === 'host' ? hosts : column?.kind === 'vm' ? vms : undefined
    const row = rows.find(({ values }) => Number.isFinite(numberIn(values[index])))
    if (column === undefined || byUuid === undefined || row === undefined) return
    const figures = byUuid.get(column.uuid) ?? new Map<string, Figure>()
    figures.set(column.name, { value: numberIn(row.values[index]), atSeconds: row.t })
    byUuid.set(column.uuid, figures)
  })
  return { stepSeconds: meta.step, newestSeconds: rows[0]?.t, hosts, vms }
}
