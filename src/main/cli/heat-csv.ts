import { Failure } from '../../shared/failure.ts'
import { formatCount } from '../../shared/units.ts'
import { type HeatPoints, heatColumns, MAX_HEAT_VALUE } from '../core/heat/heat-points.ts'

const headings = ['page', ...heatColumns] as const
type Heading = (typeof headings)[number]

/** 128 GiB of pages; their figures take 805 MB. */
const MAX_ROWS = 33_554_432
const MAX_LINE_CHARACTERS = 65_536
const FIRST_CAPACITY = 65_536
/** So much of a wrong value is quoted. */
const MAX_QUOTED_CHARACTERS = 40

const quoted = (text: string): string =>
  JSON.stringify(text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS)}...` : text)

/** Fields of one line after RFC 4180; `undefined` when a quotation mark stands where none may. */
const fieldsOf = (line: string): readonly string[] | undefined => {
  if (!line.includes('"')) return line.split(',')
  const fields: string[] = []
  const field = /\s*(?:"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/y
  for (let isLast = false; !isLast; ) {
    const match = field.exec(line)
    if (!match) return undefined
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    isLast = match[3] === ''
  }
  return fields
}

/** A decimal number, or NaN. `Number` alone also takes nothing at all, 0x1f and Infinity. */
const decimal = (text: string): number =>
  text.trim() === '' || /^\s*[+-]?0[box]/i.test(text) ? Number.NaN : Number(text)

/** Takes the text of a table of pages piece by piece and keeps its figures in columns. */
export class HeatCsv {
  readonly #name: string
  #places: Readonly<Record<Heading, number>> | undefined
  #fieldCount = 0
  #columns = heatColumns.map(() => new Float64Array(FIRST_CAPACITY))
  #rows = 0
  #line = 0
  #rest = ''

  /** `name` is what failures call the table. */
  constructor(name: string) {
    this.#name = name
  }

  push(text: string): void {
    const all = this.#rest === '' ? text : this.#rest + text
    let from = 0
    for (let end = all.indexOf('\n'); end >= 0; end = all.indexOf('\n', from)) {
      this.#take(all.slice(from, end))
      from = end + 1
    }
    this.#rest = all.slice(from)
    if (this.#rest.length > MAX_LINE_CHARACTERS)
      throw this.#wrong(this.#line + 1, `is longer than ${MAX_LINE_CHARACTERS} characters`)
  }

  /** All points, when there is no more text. */
  end(): HeatPoints {
    if (this.#rest !== '') this.#take(this.#rest)
    this.#rest = ''
    if (!this.#places) throw this.#without('is empty')
    if (this.#rows === 0) throw this.#without('has a header but no pages')
    const [frequency, locality, recency] = this.#columns.map(column => column.subarray(0, this.#rows))
    if (!frequency || !locality || !recency) throw new Error('a column is missing')
    return { frequency, locality, recency }
  }

  #take(text: string): void {
    this.#line += 1
    const line = text.endsWith('\r') ? text.slice(0, -1) : text
    if (this.#line === 1) this.#readHeader(line.startsWith('\uFEFF') ? line.slice(1) : line)
    else if (line.trim() !== '') this.#readRow(line)
  }

  #readHeader(line: string): void {
    const names = fieldsOf(line)?.map(name => name.trim().toLowerCase()) ?? []
    const missing = headings.filter(heading => !names.includes(heading))
    if (missing.length > 0) throw this.#wrong(1, `is ${quoted(line)}, which lacks ${missing.join(', ')}`)
    const twice = headings.find(heading => names.indexOf(heading) !== names.lastIndexOf(heading))
    if (twice) throw this.#wrong(1, `names the column ${twice} twice`)
    this.#fieldCount = names.length
    const place = (heading: Heading) => names.indexOf(heading)
    this.#places = {
      page: place('page'),
      frequency: place('frequency'),
      locality: place('locality'),
      recency: place('recency'),
    }
  }

  #readRow(line: string): void {
    const fields = fieldsOf(line)
    if (!fields) throw this.#wrong(this.#line, 'has a quotation mark inside a field')
    if (fields.length !== this.#fieldCount)
      throw this.#wrong(this.#line, `has ${fields.length} fields where the header has ${this.#fieldCount}`)
    const places = this.#places
    if (!places) throw new Error('a row before the header')
    const page = fields[places.page] ?? ''
    if (!(Number(page) >= 0) || !Number.isSafeInteger(Number(page)) || page.trim() === '')
      throw this.#wrong(this.#line, `has ${quoted(page)} as page; allowed are whole numbers from 0`)
    if (this.#rows === this.#columns[0]?.length) this.#grow()
    for (const [at, heading] of heatColumns.entries()) {
      const field = fields[places[heading]] ?? ''
      const value = decimal(field)
      if (!(value >= 0 && value <= MAX_HEAT_VALUE))
        throw this.#wrong(
          this.#line,
          `has ${quoted(field)} as ${heading}; allowed are decimal numbers from 0 to ${MAX_HEAT_VALUE}`,
        )
      const column = this.#columns[at]
      if (column) column[this.#rows] = value
    }
    this.#rows += 1
  }

  #grow(): void {
    if (this.#rows >= MAX_ROWS) throw this.#without(`has more than ${formatCount(MAX_ROWS)} pages`)
    this.#columns = this.#columns.map(column => {
      const larger = new Float64Array(column.length * 2)
      larger.set(column)
      return larger
    })
  }

  #wrong(line: number, why: string): Failure {
    return this.#without(`cannot be read: line ${line} ${why}`)
  }

  #without(why: string): Failure {
    return new Failure({
      code: 'invalid-input',
      message: `${this.#name} ${why}.`,
      remedy: 'Give CSV with the header page,frequency,locality,recency (in any order) and one page a line.',
    })
  }
}
