import type { Measure } from '../../../shared/model/measure.ts'
import type { PackedColumn, PackedRows } from './recorder-protocol.ts'

const ORIGINS = { unavailable: 0, measured: 1, estimated: 2 } as const

const isMeasure = (value: unknown): value is Measure =>
  typeof value === 'object' && value !== null && 'origin' in value

/** Every figure of rows of one shape, as columns ready to be transferred to another thread. */
export const packRows = <R extends object>(rows: readonly R[], idOf: (row: R) => string): PackedRows => {
  const names = Object.entries(rows[0] ?? {}).flatMap(([name, value]) => (isMeasure(value) ? [name] : []))
  const columns = names.map(name => [name, packColumn(rows, name)] as const)
  return { ids: rows.map(idOf), columns: Object.fromEntries(columns) }
}

const packColumn = (rows: readonly object[], name: string): PackedColumn => {
  const values = new Float64Array(rows.length)
  const origins = new Uint8Array(rows.length)
  const agesMs = new Float64Array(rows.length)
  const errorRatios = new Float64Array(rows.length).fill(Number.NaN)
  for (let i = 0; i < rows.length; i++) {
    const value = (rows[i] as Readonly<Record<string, unknown>>)[name]
    if (!isMeasure(value) || value.origin === 'unavailable') {
      values[i] = Number.NaN
      continue
    }
    values[i] = value.value
    origins[i] = ORIGINS[value.origin]
    agesMs[i] = value.ageMs
    if (value.origin === 'estimated' && value.errorRatio !== undefined) errorRatios[i] = value.errorRatio
  }
  return { values, origins, agesMs, errorRatios }
}

/** The buffers of packed rows, for the list of transferables. */
export const buffersOf = ({ columns }: PackedRows): readonly ArrayBuffer[] =>
  Object.values(columns).flatMap(({ values, origins, agesMs, errorRatios }) => [
    values.buffer,
    origins.buffer,
    agesMs.buffer,
    errorRatios.buffer,
  ])
