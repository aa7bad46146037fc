import type { z } from 'zod'
import {
  type EventBatch,
  inventoryClasses,
  type RecordClass,
  recordSchemas,
  type XenEvent,
} from './records.ts'

type Records = { readonly [C in RecordClass]: Map<string, z.infer<(typeof recordSchemas)[C]>> }

/** The pool's records by reference, as the events told them. */
export class RecordCache {
  readonly records: Records = {
    pool: new Map(),
    host: new Map(),
    host_metrics: new Map(),
    vm: new Map(),
    vm_metrics: new Map(),
    network: new Map(),
    pif: new Map(),
    pif_metrics: new Map(),
    task: new Map(),
  }
  // References whose records could not be read: they count, but they show nothing.
  readonly #unread: { readonly [C in RecordClass]: Set<string> } = {
    pool: new Set(),
    host: new Set(),
    host_metrics: new Set(),
    vm: new Set(),
    vm_metrics: new Set(),
    network: new Set(),
    pif: new Set(),
    pif_metrics: new Set(),
    task: new Set(),
  }

  readonly #classes: readonly RecordClass[]

  constructor(classes: readonly RecordClass[] = inventoryClasses) {
    this.#classes = classes
  }

  /** Takes the events in; says how many of their records could not be read. */
  apply(events: readonly XenEvent[]): { readonly unreadable: number } {
    let unreadable = 0
    for (const event of events) if (!this.#take(event)) unreadable++
    return { unreadable }
  }

  /** Whether the server has as many objects as we: a missed deletion shows here and nowhere else. */
  agreesWith(counts: EventBatch['valid_ref_counts']): boolean {
    return this.#classes.every(name => {
      const theirs = counts[name]
      return theirs === undefined || theirs === this.records[name].size + this.#unread[name].size
    })
  }

  #take(event: XenEvent): boolean {
    const name = this.#classes.find(known => known === event.class)
    if (name === undefined) return true
    if (event.operation === 'del') {
      this.records[name].delete(event.ref)
      this.#unread[name].delete(event.ref)
      return true
    }
    const parsed = recordSchemas[name].safeParse(event.snapshot)
    if (parsed.success) {
      // The schema of a class gives the records of its map; their union cannot say so.
      ;(this.records[name] as Map<string, unknown>).set(event.ref, parsed.data)
      this.#unread[name].delete(event.ref)
    } else if (!this.records[name].has(event.ref)) this.#unread[name].add(event.ref)
    return parsed.success
  }
}
