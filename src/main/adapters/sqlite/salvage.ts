import Database from 'better-sqlite3'
import { causeOf, isDamage } from './storage-failure.ts'

type Row = Readonly<Record<string, unknown>>

interface Source {
  readonly table: string
  /** The integer key, by which the table is read. */
  readonly key: 'number' | 'sequence'
  readonly others: readonly string[]
  /** One and many of what a row is, for a person; null where nobody would miss a row by itself. */
  readonly words: readonly [one: string, many: string] | null
}

const FACT = ['id', 'at_ms', 'body']
const BLOCK = ['vm', 'block', 'written_at_ms', 'packed']
const SAMPLES = ['stretch of samples', 'stretches of samples'] as const

/** What a history is made of; a row of `vm` comes before those that name it. */
const SOURCES: readonly Source[] = [
  { table: 'vm', key: 'number', others: ['id'], words: null },
  { table: 'decision', key: 'number', others: FACT, words: ['decision', 'decisions'] },
  { table: 'migration', key: 'number', others: FACT, words: ['migration', 'migrations'] },
  { table: 'breach', key: 'number', others: FACT, words: ['breach', 'breaches'] },
  { table: 'connection', key: 'number', others: ['id', 'body'], words: ['connection', 'connections'] },
  { table: 'pin', key: 'number', others: ['id', 'body'], words: ['certificate pin', 'certificate pins'] },
  { table: 'setting', key: 'number', others: ['id', 'body'], words: ['setting', 'settings'] },
  {
    table: 'schedule',
    key: 'number',
    others: ['id', 'body'],
    words: ['scheduled migration', 'scheduled migrations'],
  },
  { table: 'working_set', key: 'number', others: ['id', 'vm', 'at_ms', 'body'], words: null },
  {
    table: 'journal',
    key: 'number',
    others: ['migration', 'step', 'body'],
    words: ['line of the journal', 'lines of the journal'],
  },
  { table: 'sample_journal', key: 'sequence', others: ['packed'], words: SAMPLES },
  { table: 'sample_block', key: 'number', others: BLOCK, words: SAMPLES },
  { table: 'roll_up', key: 'number', others: BLOCK, words: SAMPLES },
  { table: 'overview', key: 'number', others: ['first', 'last', 'written_at_ms', 'packed'], words: null },
]

/** Rows written in one transaction. */
const ROWS_AT_ONCE = 500
/** Keys tried one by one behind a place that cannot be read, more than a page has rows; then ever further ones. */
const NEAR = 256
const FURTHEST = 2 ** 40

interface Tally {
  saved: number
  /** Null when it cannot be known how many. */
  lost: number | null
}

/** What came over of a damaged history, in sentences. */
export const salvage = (damaged: string, into: Database.Database): string => {
  const tallies = new Map<readonly [string, string], Tally>()
  let obstacle = ''
  let source: Database.Database | undefined
  try {
    source = new Database(damaged, { readonly: true })
    for (const from of SOURCES) {
      const { saved, lost } = salvageTable(source, into, from)
      if (!from.words) continue
      const tally = tallies.get(from.words) ?? { saved: 0, lost: 0 }
      const isKnown = tally.lost !== null && lost !== null
      tallies.set(from.words, {
        saved: tally.saved + saved,
        lost: isKnown ? (tally.lost ?? 0) + (lost ?? 0) : null,
      })
    }
  } catch (error) {
    if (!isDamage(error)) obstacle = ` No more could be copied: ${causeOf(error)}.`
  } finally {
    source?.close()
  }
  return inWords(tallies) + obstacle
}

const inWords = (tallies: ReadonlyMap<readonly [string, string], Tally>): string => {
  const told = [...tallies]
  const counted = (count: number, [one, many]: readonly [string, string]) =>
    `${count} ${count === 1 ? one : many}`
  const saved = told.flatMap(([words, tally]) => (tally.saved > 0 ? [counted(tally.saved, words)] : []))
  const lost = told.flatMap(([words, tally]) => {
    if (tally.lost === null) return [`${words[1]}, nobody knows how many`]
    return tally.lost > 0 ? [counted(tally.lost, words)] : []
  })
  const first = saved.length > 0 ? `Saved from it: ${saved.join(', ')}.` : 'Nothing in it could be read.'
  if (lost.length > 0) return `${first} Lost: ${lost.join('; ')}.`
  return saved.length > 0 ? `${first} Nothing else was found to be in it.` : first
}

const salvageTable = (source: Database.Database, into: Database.Database, from: Source): Tally => {
  if (!hasTable(source, from.table)) return { saved: 0, lost: 0 }
  const columns = [from.key, ...from.others]
  const put = into.prepare(
    `INSERT OR IGNORE INTO ${from.table} (${columns.join(', ')}) VALUES (${columns.map(name => `@${name}`).join(', ')})`,
  )
  const reader = new Around(source, from.table, from.key, columns)
  let saved = 0
  const write = into.transaction((rows: readonly Row[]) => {
    for (const row of rows) if (isSound(row) && isPut(put, row)) saved++
  })
  let waiting: Row[] = []
  for (const row of reader.rows()) {
    waiting.push(row)
    if (waiting.length < ROWS_AT_ONCE) continue
    write(waiting)
    waiting = []
  }
  write(waiting)
  const counted = countOf(source, from.table)
  if (counted !== null) return { saved, lost: Math.max(0, counted - saved) }
  return { saved, lost: reader.isWhole ? reader.read - saved : null }
}

/** Throws when the file tells nothing at all of what is in it. */
const hasTable = (source: Database.Database, table: string): boolean =>
  source.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table) !== undefined

/** By an index, which may be whole where the table is not; null when neither is. */
const countOf = (source: Database.Database, table: string): number | null => {
  try {
    return Number(source.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
  } catch (error) {
    if (!isDamage(error)) throw error
    return null
  }
}

const isSound = ({ body }: Row): boolean => {
  if (body === undefined) return true
  try {
    return typeof body === 'string' && typeof JSON.parse(body) === 'object'
  } catch {
    return false
  }
}

/** False for a row that contradicts those that are there. */
const isPut = (put: Database.Statement, row: Row): boolean => {
  try {
    return put.run(row).changes > 0
  } catch (error) {
    const isContradiction =
      error instanceof Error && 'code' in error && /^SQLITE_CONSTRAINT/.test(String(error.code))
    if (!isContradiction) throw error
    return false
  }
}

/** The rows of a table in the order of their keys, around the places that cannot be read. */
class Around {
  private readonly from: Database.Statement<[number], Row>
  private readonly key: string
  isWhole = true
  read = 0

  constructor(source: Database.Database, table: string, key: string, columns: readonly string[]) {
    this.key = key
    this.from = source.prepare(`SELECT ${columns.join(', ')} FROM ${table} WHERE ${key} >= ? ORDER BY ${key}`)
  }

  *rows(): Generator<Row, void> {
    let next = 0
    let misses = 0
    while (next < FURTHEST) {
      try {
        for (const row of this.from.iterate(next)) {
          yield row
          this.read++
          next = Number(row[this.key]) + 1
          misses = 0
        }
        return
      } catch (error) {
        if (!isDamage(error)) throw error
        this.isWhole = false
        misses++
        next += misses <= NEAR ? 1 : 2 ** (misses - NEAR)
      }
    }
  }
}
