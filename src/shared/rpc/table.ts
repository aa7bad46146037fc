type Word = string | number | boolean | null

/**
 * One field of many rows. Ten thousand rows of plain objects take a hundred times longer to encode and to decode than
 * the same figures in typed arrays, and a window builds only the rows that it shows.
 */
type Column =
  | { readonly kind: 'same'; readonly word: Word }
  | { readonly kind: 'absent' }
  | { readonly kind: 'numbers'; readonly numbers: Float64Array | Float32Array }
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

/** Half as many bytes where that loses nothing: what a network forecasts is no finer, nor is an age or a count. */
const narrowed = (numbers: Float64Array): Float64Array | Float32Array => {
  for (const number of numbers) if (Math.fround(number) !== number && !Number.isNaN(number)) return numbers
  return Float32Array.from(numbers)
}

const numbersOf = (values: readonly unknown[]): Column | undefined => {
  const [first] = values
  if (typeof first !== 'number') return undefined
  const numbers = new Float64Array(values.length)
  let isSame = true
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if (typeof value !== 'number') return undefined
    numbers[row] = value
    isSame &&= value === first
  }
  return isSame ? { kind: 'same', word: first } : { kind: 'numbers', numbers: narrowed(numbers) }
}

/** The words of a column by code; most rows have the word of the row before. */
class WordBook {
  readonly #codes = new Map<Word, number>()
  #lastWord: Word | undefined
  #lastCode = ABSENT

  codeOf(word: Word): number {
    if (word === this.#lastWord) return this.#lastCode
    let code = this.#codes.get(word)
    if (code === undefined) {
      code = this.#codes.size + FIRST_WORD
      this.#codes.set(word, code)
    }
    this.#lastWord = word
    this.#lastCode = code
    return code
  }

  get words(): readonly Word[] {
    return [...this.#codes.keys()]
  }
}

const codedOf = (values: readonly unknown[]): Column | undefined => {
  const [first] = values
  if (first !== undefined && !isWord(first)) return undefined
  const codes = new Uint16Array(values.length)
  const book = new WordBook()
  let numbers: Float64Array | null = null
  let wordRows = 0
  for (let row = 0; row < values.length; row++) {
    const value = values[row]
    if (value === undefined) codes[row] = ABSENT
    else if (typeof value === 'number') {
      numbers ??= new Float64Array(values.length)
      numbers[row] = value
    } else if (isWord(value)) {
      const code = book.codeOf(value)
      if (code > MOST_WORDS) return undefined
      codes[row] = code
      wordRows++
    } else return undefined
  }
  const { words } = book
  const [only] = words
  if (numbers === null && words.length === 0) return { kind: 'absent' }
  if (words.length === 1 && only !== undefined && wordRows === values.length)
    return { kind: 'same', word: only }
  return { kind: 'coded', codes, words, numbers }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

type MaybeRecord = Readonly<Record<string, unknown>> | null | undefined

const areRecords = (values: readonly unknown[]): values is readonly MaybeRecord[] => {
  for (const value of values) if (value !== undefined && value !== null && !isRecord(value)) return false
  return true
}

/** 0 where there is a record, 1 where it is absent, 2 where it is null; null where there are all. */
const statesOf = (records: readonly MaybeRecord[]): Uint8Array | null => {
  let states: Uint8Array | null = null
  for (let row = 0; row < records.length; row++) {
    const record = records[row]
    if (record) continue
    states ??= new Uint8Array(records.length)
    states[row] = record === undefined ? 1 : 2
  }
  return states
}

/** The names of all fields of these records, in the order they are met: nearly always those of the first. */
const namesOf = (records: readonly MaybeRecord[]): readonly string[] => {
  const names: string[] = []
  for (const record of records) {
    let at = 0
    for (const name in record)
      if (names[at] === name) at++
      else if (!names.includes(name)) names.push(name)
  }
  return names
}

const fieldOf = (records: readonly MaybeRecord[], name: string): readonly unknown[] => {
  const values = new Array<unknown>(records.length)
  for (let row = 0; row < records.length; row++) values[row] = records[row]?.[name]
  return values
}

const fieldsOf = (values: readonly unknown[], leftOut?: string): Column | undefined => {
  if (!areRecords(values)) return undefined
  const fields: Record<string, Column> = {}
  for (const name of namesOf(values)) if (name !== leftOut) fields[name] = columnOf(fieldOf(values, name))
  return { kind: 'fields', fields, states: statesOf(values) }
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
): Table<Omit<T, K>> => ({
  rowCount: rows.length,
  column: rows.length === 0 ? { kind: 'absent' } : (fieldsOf(rows, leftOut) ?? columnOf(rows)),
})

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
