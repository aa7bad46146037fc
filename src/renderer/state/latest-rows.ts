import type { IdTable } from '../../shared/contract/fleet.ts'
import { readerOf, rowAt, type Table } from '../../shared/rpc/table.ts'

interface Row {
  readonly vmId: string
}

/** What is known of many things by id; a Map is one. */
export interface Lookup<T> {
  readonly size: number
  get(id: string): T | undefined
  has(id: string): boolean
  values(): Iterable<T>
}

const NO_ROWS: Table<never> = { rowCount: 0, column: { kind: 'absent' } }

/**
 * The latest row of each VM, kept in the columns in which they came: only the rows that are asked for are built, and
 * each once. A VM that the latest packet does not name keeps its row from before.
 */
export class LatestRows<T extends Row> implements Lookup<T> {
  readonly #ids: readonly string[]
  readonly #rowById: ReadonlyMap<string, number>
  readonly #rows: Table<Omit<T, 'vmId'>>
  readonly #held: ReadonlyMap<string, T>
  readonly #built = new Map<string, T>()

  private constructor(parts: {
    readonly ids: readonly string[]
    readonly rowById: ReadonlyMap<string, number>
    readonly rows: Table<Omit<T, 'vmId'>>
    readonly held: ReadonlyMap<string, T>
  }) {
    this.#ids = parts.ids
    this.#rowById = parts.rowById
    this.#rows = parts.rows
    this.#held = parts.held
  }

  static none<T extends Row>(): LatestRows<T> {
    return new LatestRows<T>({ ids: [], rowById: new Map(), rows: NO_ROWS, held: new Map() })
  }

  get size(): number {
    return this.#rowById.size + this.#held.size
  }

  has(vmId: string): boolean {
    return this.#rowById.has(vmId) || this.#held.has(vmId)
  }

  get(vmId: string): T | undefined {
    const row = this.#rowById.get(vmId)
    if (row === undefined) return this.#held.get(vmId)
    const built = this.#built.get(vmId)
    if (built) return built
    const value = { ...rowAt(this.#rows, row), vmId } as T
    this.#built.set(vmId, value)
    return value
  }

  /** The VMs that the latest packet named. */
  get latestIds(): Iterable<string> {
    return this.#rowById.keys()
  }

  /** Builds every row: for what is done now and then, not every tick. */
  *values(): Iterable<T> {
    for (const vmId of [...this.#rowById.keys(), ...this.#held.keys()]) {
      const value = this.get(vmId)
      if (value) yield value
    }
  }

  /** A reader of one number by VM id, which builds no rows; undefined where there is none. */
  numberReader(...path: readonly string[]): (vmId: string) => number | undefined {
    const read = readerOf(this.#rows, ...path)
    return vmId => {
      const row = this.#rowById.get(vmId)
      const value = row === undefined ? undefined : read(row)
      return typeof value === 'number' ? value : undefined
    }
  }

  /** A reader of what one word stands for in `codes`, by VM id; undefined where it is none of them. */
  wordReader(
    codes: Readonly<Record<string, number>>,
    ...path: readonly string[]
  ): (vmId: string) => number | undefined {
    const read = readerOf(this.#rows, ...path)
    return vmId => {
      const row = this.#rowById.get(vmId)
      const word = row === undefined ? undefined : read(row)
      return typeof word === 'string' ? codes[word] : undefined
    }
  }

  /** The ids whose field is one of `words`, in the order in which they came. */
  idsWhere(field: keyof T & string, ...words: readonly unknown[]): readonly string[] {
    const read = readerOf(this.#rows, field)
    const found: string[] = []
    for (const [vmId, row] of this.#rowById) if (words.includes(read(row))) found.push(vmId)
    for (const [vmId, value] of this.#held) if (words.includes(value[field])) found.push(vmId)
    return found
  }

  /** The rows after a packet; `keeps` names the VMs there are where that changed, else it is null. */
  after(packet: IdTable<T>, keeps: ReadonlyMap<string, unknown> | null): LatestRows<T> {
    const ids = packet.ids ?? this.#ids
    const isSame = packet.ids === null && keeps === null
    const rowById = isSame ? this.#rowById : rowsById(ids, keeps ?? this.#kept())
    const held = isSame ? this.#held : this.#heldBeside(rowById, keeps)
    return new LatestRows({ ids, rowById, rows: packet.rows, held })
  }

  /** Without a new inventory every id of a packet counts, but for those that the last inventory left out. */
  #kept(): { has(vmId: string): boolean } {
    const left = new Set(this.#ids.filter(vmId => !this.#rowById.has(vmId)))
    return { has: vmId => !left.has(vmId) }
  }

  #heldBeside(
    rowById: ReadonlyMap<string, number>,
    keeps: ReadonlyMap<string, unknown> | null,
  ): ReadonlyMap<string, T> {
    const held = new Map<string, T>()
    for (const vmId of [...this.#held.keys(), ...this.#rowById.keys()]) {
      if (rowById.has(vmId) || (keeps && !keeps.has(vmId))) continue
      const value = this.get(vmId)
      if (value) held.set(vmId, value)
    }
    return held
  }
}

const rowsById = (
  ids: readonly string[],
  keeps: { has(vmId: string): boolean },
): ReadonlyMap<string, number> => {
  const rows = new Map<string, number>()
  for (const [row, vmId] of ids.entries()) if (keeps.has(vmId)) rows.set(vmId, row)
  return rows
}
