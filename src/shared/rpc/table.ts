type Word = string | number | boolean | null

/**
 * One field of many rows. Ten thousand rows of plain objects take a hundred times longer to encode and to decode than
 * the same figures in typed arrays, and a window builds only the rows that it shows.
 */
type Column =
  | { readonly kind: 'same'; readonly word: Word }
  | { readonly kind: 'absent' }
  | { readonly kind: 'numbers'; readonly numbers: Float64Array }
  /** Code 0: the number at its row; 1: absent; others: `words[code - 2]`. Without `numbers` no row has code 0. */
  | {
      readonly kind: 'coded'
      readonly codes: Uint16Array
      readonly words: readonly Word[]
      readonly numbers: Float64Array | null
    }
  /** An object's own fields; `states` (0: there, 1: absent, 2: null) is null where every row has one. */
  | {
      readonly kind: 'fields'
      readonly fields: Readonly<Record<string, Column>>
      readonly states: Uint8Array | null
    }
  /** Lists of one length: a column for each place. */
  | { readonly kind: 'list'; readonly places: readonly Column[] }
  /** What fits none of these, as it is. */
  | { readonly kind: 'values'; readonly values: readonly unknown[] }

/** Rows of T as columns. */
export interface Table<T> {
  readonly rowCount: number
  readonly column: Column
  /** Never set: it keeps tables of different rows apart. */
  readonly of?: T
}

const ABSENT = 1
const FIRST_WORD = 2
/** A column with more different words than this is no column of words. */
const MOST_WORDS = 4096

const isWord = (value: unknown): value is Word =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const numbersOf = (values: readonly unknown[]): Column | undefined => {
  const numbers = new Float64Array(values.length)
  const [first] = values
  let isSame = true
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if (typeof value !== 'number') return undefined
    numbers[row] = value
    isSame &&= value === first
  }
  return isSame && typeof first === 'number' ? { kind: 'same', word: first } : { kind: 'numbers', numbers }
}

const codedOf = (values: readonly unknown[]): Column | undefined => {
  const codes = new Uint16Array(values.length)
  const codeByWord = new Map<Word, number>()
  let numbers: Float64Array | null = null
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if (value === undefined) codes[row] = ABSENT
    else if (typeof value === 'number') {
      numbers ??= new Float64Array(values.length)
      numbers[row] = value
    } else if (isWord(value)) {
      let code = codeByWord.get(value)
      if (code === undefined) {
        code = codeByWord.size + FIRST_WORD
        if (code > MOST_WORDS) return undefined
        codeByWord.set(value, code)
      }
      codes[row] = code
    } else return undefined
  }
  const words = [...codeByWord.keys()]
  const [only] = words
  if (numbers === null && words.length === 0) return { kind: 'absent' }
  if (numbers === null && only !== undefined && codes.every(code => code === FIRST_WORD))
    return { kind: 'same', word: only }
  return { kind: 'coded', codes, words, numbers }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

const fieldsOf = (values: readonly unknown[]): Column | undefined => {
  const names = new Set<string>()
  let states: Uint8Array | null = null
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if (value === undefined || value === null) {
      states ??= new Uint8Array(values.length)
      states[row] = value === undefined ? 1 : 2
    } else if (isRecord(value)) for (const name in value) names.add(name)
    else return undefined
  }
  const fields: Record<string, Column> = {}
  for (const name of names)
    fields[name] = columnOf(values.map(value => (isRecord(value) ? value[name] : undefined)))
  return { kind: 'fields', fields, states }
}

const listOf = (values: readonly unknown[]): Column | undefined => {
  const [first] = values
  if (!Array.isArray(first)) return undefined
  for (const value of values) if (!Array.isArray(value) || value.length !== first.length) return undefined
  const lists = values as readonly (readonly unknown[])[]
  return { kind: 'list', places: first.map((_, place) => columnOf(lists.map(list => list[place]))) }
}

const columnOf = (values: readonly unknown[]): Column =>
  numbersOf(values) ?? codedOf(values) ?? listOf(values) ?? fieldsOf(values) ?? { kind: 'values', values }

/** Rows of plain data as columns, without the field `leftOut`. */
export const tableOf = <T extends object, K extends keyof T & string = never>(
  rows: readonly T[],
  leftOut?: K,
): Table<Omit<T, K>> => {
  const column: Column = rows.length === 0 ? { kind: 'absent' } : columnOf(rows)
  if (leftOut === undefined || column.kind !== 'fields') return { rowCount: rows.length, column }
  const { [leftOut]: _, ...fields } = column.fields
  return { rowCount: rows.length, column: { ...column, fields } }
}

const recordAt = (column: Extract<Column, { kind: 'fields' }>, row: number): unknown => {
  const state = column.states?.[row] ?? 0
  if (state !== 0) return state === 1 ? undefined : null
  const record: Record<string, unknown> = {}
  for (const name in column.fields) {
    const field = column.fields[name]
    const value = field && valueAt(field, row)
    if (value !== undefined) record[name] = value
  }
  return record
}

const valueAt = (column: Column, row: number): unknown => {
  switch (column.kind) {
    case 'same':
      return column.word
    case 'absent':
      return undefined
    case 'numbers':
      return column.numbers[row]
    case 'coded': {
      const code = column.codes[row] ?? ABSENT
      if (code === ABSENT) return undefined
      return code === 0 ? column.numbers?.[row] : column.words[code - FIRST_WORD]
    }
    case 'fields':
      return recordAt(column, row)
    case 'list':
      return column.places.map(place => valueAt(place, row))
    case 'values':
      return column.values[row]
  }
}

/** Row `row` of a table, built anew. */
export const rowAt = <T>({ column }: Table<T>, row: number): T => valueAt(column, row) as T

/** All rows of a table, built anew. */
export const rowsOf = <T>(table: Table<T>): readonly T[] =>
  Array.from({ length: table.rowCount }, (_, row) => rowAt(table, row))

/** A reader of one field of every row, named from the row down; it builds no rows. */
export const readerOf = <T>(table: Table<T>, ...path: readonly string[]): ((row: number) => unknown) => {
  let column: Column = table.column
  for (const name of path) {
    if (column.kind !== 'fields') {
      if (column.kind !== 'values') return () => undefined
      return row =>
        path.reduce<unknown>((value, part) => (isRecord(value) ? value[part] : undefined), rowAt(table, row))
    }
    column = column.fields[name] ?? { kind: 'absent' }
  }
  const found = column
  return row => valueAt(found, row)
}
