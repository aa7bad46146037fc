import { XapiError } from './xapi-error.ts'

export type XapiRecord = Readonly<Record<string, unknown>>

interface Entry {
  readonly record: XapiRecord
  readonly createdAt: number
  readonly changedAt: number
}

export interface XapiChange {
  readonly className: string
  readonly operation: 'add' | 'mod' | 'del'
  readonly ref: string
  readonly generation: number
  readonly snapshot?: XapiRecord
}

/** So many last changes are found without looking at every object. */
const USUAL_LOG_LENGTH = 10_000
const MOST_DELETIONS = 10_000

/** The objects of a pool by class and reference, each with the generation in which it last changed. */
export class XapiDatabase {
  readonly #classes = new Map<string, Map<string, Entry>>()
  readonly #waiting = new Set<() => void>()
  #deleted: { className: string; ref: string; createdAt: number; deletedAt: number }[] = []
  #generation = 0
  readonly #logLength: number
  /** What was added or changed, oldest first; complete for all generations after `#logAfter`. */
  #log: { readonly className: string; readonly ref: string; readonly generation: number }[] = []
  #logAfter = 0

  constructor(classNames: readonly string[], logLength = USUAL_LOG_LENGTH) {
    this.#logLength = logLength
    for (const name of classNames) this.#classes.set(name, new Map())
  }

  get classNames(): readonly string[] {
    return [...this.#classes.keys()]
  }

  get generation(): number {
    return this.#generation
  }

  insert(className: string, ref: string, record: XapiRecord): void {
    const generation = ++this.#generation
    this.#entries(className).set(ref, { record, createdAt: generation, changedAt: generation })
    this.#noted(className, ref)
  }

  /** Changes fields of an object; writing the values it has already changes nothing. */
  change(className: string, ref: string, fields: XapiRecord): void {
    const entry = this.#entries(className).get(ref)
    if (entry === undefined) return
    const differs = Object.entries(fields).some(
      ([field, value]) => JSON.stringify(entry.record[field]) !== JSON.stringify(value),
    )
    if (!differs) return
    const record = { ...entry.record, ...fields }
    this.#entries(className).set(ref, { record, createdAt: entry.createdAt, changedAt: ++this.#generation })
    this.#noted(className, ref)
  }

  /** Marks an object as changed, by its class in any case; returns the generation. */
  touch(className: string, ref: string): number {
    const name = this.classNames.find(known => known.toLowerCase() === className.toLowerCase()) ?? className
    const entries = this.#entries(name)
    const entry = entries.get(ref)
    if (entry === undefined) throw new XapiError('HANDLE_INVALID', name, ref)
    entries.set(ref, { ...entry, changedAt: ++this.#generation })
    this.#noted(name, ref)
    return this.#generation
  }

  remove(className: string, ref: string): void {
    const entry = this.#entries(className).get(ref)
    if (entry === undefined) return
    this.#entries(className).delete(ref)
    this.#deleted.push({ className, ref, createdAt: entry.createdAt, deletedAt: ++this.#generation })
    if (this.#deleted.length > MOST_DELETIONS) this.#deleted = this.#deleted.slice(-MOST_DELETIONS / 2)
    this.#wake()
  }

  find(className: string, ref: string): XapiRecord | undefined {
    return this.#entries(className).get(ref)?.record
  }

  /** The object, or the error that a client of the API expects. */
  get(className: string, ref: string): XapiRecord {
    const record = this.find(className, ref)
    if (record === undefined) throw new XapiError('HANDLE_INVALID', className, ref)
    return record
  }

  refs(className: string): readonly string[] {
    return [...this.#entries(className).keys()]
  }

  records(className: string): Readonly<Record<string, XapiRecord>> {
    return Object.fromEntries([...this.#entries(className)].map(([ref, entry]) => [ref, entry.record]))
  }

  refOf(className: string, field: string, value: string): string | undefined {
    for (const [ref, { record }] of this.#entries(className)) if (record[field] === value) return ref
    return undefined
  }

  count(className: string): number {
    return this.#entries(className).size
  }

  /**
   * What changed after `generation` and is wanted, one change an object, oldest first; 0 gives everything as added. Clients
   * ask after each change, and objects are many: the last changes are found without looking at all of them.
   */
  changesSince(
    generation: number,
    wanted: (className: string, ref: string) => boolean = () => true,
  ): readonly XapiChange[] {
    const changes: XapiChange[] = []
    const add = (className: string, ref: string, { record, createdAt, changedAt }: Entry) =>
      changes.push({
        className,
        operation: createdAt > generation ? 'add' : 'mod',
        ref,
        generation: changedAt,
        snapshot: record,
      })
    if (generation >= this.#logAfter) {
      const first = firstAfter(this.#log, generation)
      for (const { className, ref, generation: changedAt } of this.#log.slice(first)) {
        const entry = this.#entries(className).get(ref)
        if (entry?.changedAt === changedAt && wanted(className, ref)) add(className, ref, entry)
      }
    } else {
      for (const [className, entries] of this.#classes)
        for (const [ref, entry] of entries)
          if (entry.changedAt > generation && wanted(className, ref)) add(className, ref, entry)
    }
    for (let at = this.#deleted.length - 1; at >= 0; at--) {
      const gone = this.#deleted[at]
      if (gone === undefined || gone.deletedAt <= generation) break
      const { className, ref, createdAt, deletedAt } = gone
      if (createdAt <= generation && wanted(className, ref))
        changes.push({ className, operation: 'del', ref, generation: deletedAt })
    }
    return changes.sort((a, b) => a.generation - b.generation)
  }

  /** Calls `wake` at the next change, once; returns what takes it back. */
  onChange(wake: () => void): () => void {
    this.#waiting.add(wake)
    return () => this.#waiting.delete(wake)
  }

  #entries(className: string): Map<string, Entry> {
    const entries = this.#classes.get(className)
    if (entries === undefined) throw new XapiError('MESSAGE_METHOD_UNKNOWN', className)
    return entries
  }

  #noted(className: string, ref: string): void {
    this.#log.push({ className, ref, generation: this.#generation })
    if (this.#log.length > 2 * this.#logLength) {
      const [last] = this.#log.splice(0, this.#logLength).slice(-1)
      this.#logAfter = last?.generation ?? 0
    }
    this.#wake()
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }
}

/** Index of the first item after a generation, by bisection. */
const firstAfter = (log: readonly { readonly generation: number }[], generation: number): number => {
  let [low, high] = [0, log.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((log[middle]?.generation ?? 0) > generation) high = middle
    else low = middle + 1
  }
  return low
}
