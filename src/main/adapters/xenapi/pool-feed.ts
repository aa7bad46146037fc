import { Failure, isAbort } from '../../../shared/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Inventory } from '../../ports/hypervisor.ts'
import type { Log } from '../../ports/log.ts'
import { Bell } from '../system/bell.ts'
import { followRecords } from './events.ts'
import { type PoolView, poolViewOf } from './inventory.ts'
import { otherPool } from './member-watch.ts'
import { abilitiesOf, callPlugin, type HostAbilities, STOCK_XEN } from './plugin.ts'
import type { RecordCache } from './record-cache.ts'
import { inventoryClasses } from './records.ts'
import { sameInventory } from './same-inventory.ts'
import type { XenSession } from './session.ts'
import { XenApiError } from './xen-error.ts'

const CAPABILITIES_TIMEOUT_MS = 5_000

/** No plugin, a broken one, or none for this user: a stock host. Anything else may pass, and is asked again. */
const withoutPlugin: ReadonlySet<string> = new Set([
  'XENAPI_MISSING_PLUGIN',
  'XENAPI_PLUGIN_FAILURE',
  'RBAC_PERMISSION_DENIED',
  'MESSAGE_METHOD_UNKNOWN',
])

const noPool = (): Failure =>
  new Failure({
    code: 'not-xenapi',
    message: 'The server knows of no pool, so it is not a XenServer as we know it.',
    remedy: 'Check that the address is that of a XenServer or XCP-ng host.',
  })

interface Source {
  readonly session: XenSession
  readonly clock: Clock
  readonly log: Log
  readonly connectionId: string
  /** Turns what ended the feed into the Failure that its watchers get. */
  readonly explain: (error: unknown) => unknown
}

/** The pool's inventory, kept current by events. Once lost, the next watcher starts it anew. */
export class PoolFeed {
  readonly #source: Source
  readonly #bell = new Bell()
  readonly #hearers = new Set<() => void>()
  readonly #abilities = new Map<string, HostAbilities>()
  readonly #asking = new Map<string, Promise<void>>()
  /** Hosts that have answered, or failed to, at least once for these records. */
  readonly #heard = new Set<string>()
  readonly #closing = new AbortController()
  #cache: RecordCache | undefined
  /** Whether the hosts of these records have said what they can do: until then nothing of them is shown. */
  #isWhole = false
  #view: PoolView | undefined
  #version = 0
  /** The sign-in that the references of the records, and of the view made of them, belong to. */
  #cacheGeneration = -1
  #viewGeneration = -1
  #running: Promise<void> | undefined
  #lost: unknown

  constructor(source: Source) {
    this.#source = source
  }

  /** What is known now; there is always something once `start` has resolved. */
  get view(): PoolView {
    if (this.#view !== undefined) return this.#view
    throw new Failure({
      code: 'unreachable',
      message: 'The inventory of the pool has not been read yet.',
      remedy: 'Wait until the connection is live.',
    })
  }

  nameOf(ref: string): string | undefined {
    const id = this.#view?.idsByRef.get(ref)
    return id === undefined ? undefined : (this.#view?.hosts.get(id) ?? this.#view?.vms.get(id))?.name
  }

  /** Resolves with the first whole inventory, the hosts' abilities included. */
  async start(signal: AbortSignal): Promise<void> {
    this.#ensureRunning()
    while (this.#view === undefined) {
      if (this.#lost !== undefined) throw this.#lost
      await this.#bell.wait(signal)
    }
  }

  /** Whether the references in the view are of an earlier sign-in than the session. */
  get isBehind(): boolean {
    return this.#viewGeneration !== this.#source.session.generation
  }

  /** Resolves when the view has the references of the present sign-in. */
  async catchUp(): Promise<void> {
    this.#ensureRunning()
    while (this.isBehind) {
      if (this.#lost !== undefined) throw this.#lost
      await this.#bell.wait(this.#closing.signal)
    }
  }

  async *watch(signal: AbortSignal): AsyncGenerator<Inventory> {
    this.#ensureRunning()
    let seen = -1
    for (;;) {
      signal.throwIfAborted()
      if (this.#lost !== undefined) throw this.#lost
      if (this.#view !== undefined && this.#version !== seen) {
        seen = this.#version
        yield this.#view.inventory
      } else await this.#bell.wait(signal)
    }
  }

  /** Calls `hear` after every batch of events, until what it returns is called. */
  onPublish(hear: () => void): () => void {
    this.#hearers.add(hear)
    return () => this.#hearers.delete(hear)
  }

  async close(): Promise<void> {
    this.#closing.abort(
      new Failure({ code: 'closed', message: 'The connection was closed here.', remedy: 'Open it again.' }),
    )
    await this.#running
    await Promise.allSettled(this.#asking.values())
  }

  #ensureRunning(): void {
    if (this.#running !== undefined) return
    this.#lost = undefined
    this.#running = this.#follow().finally(() => {
      // Closed stays closed; what was lost may be found again.
      if (!this.#closing.signal.aborted) this.#running = undefined
      this.#bell.ring()
    })
  }

  async #follow(): Promise<void> {
    const { session, clock, log, explain } = this.#source
    try {
      const onChange = (cache: RecordCache, generation: number) => this.#take(cache, generation)
      await followRecords({ session, clock, log, classes: inventoryClasses, onChange }, this.#closing.signal)
    } catch (error) {
      this.#lost = explain(error)
    }
  }

  #take(cache: RecordCache, generation: number): void {
    if (cache !== this.#cache) {
      this.#isWhole = false
      this.#heard.clear()
    }
    this.#cache = cache
    this.#cacheGeneration = generation
    const { host, host_metrics, pool } = cache.records
    const [record] = pool.values()
    if (record === undefined) throw noPool()
    if (this.#view !== undefined && record.uuid !== this.#view.inventory.pool.id)
      throw otherPool(record.name_label || record.uuid)
    const isLive = (ref: string): boolean => host_metrics.get(host.get(ref)?.metrics ?? '')?.live === true
    // A host that comes back may carry another plugin than the one that went.
    for (const ref of this.#abilities.keys()) if (!isLive(ref)) this.#abilities.delete(ref)
    for (const ref of host.keys()) if (isLive(ref)) this.#askAbilities(ref)
    if (this.#isWhole || !this.#awaitsFirst()) this.#publish()
  }

  /** Asks a host what it can do, once; one that could not answer is asked again at the next change. */
  #askAbilities(ref: string): void {
    if (this.#abilities.has(ref) || this.#asking.has(ref)) return
    const asked = this.#readAbilities(ref)
      .then(abilities => {
        this.#abilities.set(ref, abilities)
      })
      .catch((error: unknown) => {
        if (!isAbort(error) && !this.#closing.signal.aborted)
          this.#source.log.warn('a host does not say what it can do', {
            ref: this.nameOf(ref),
            why: String(error),
          })
      })
      .finally(() => {
        this.#asking.delete(ref)
        this.#heard.add(ref)
        if (!this.#awaitsFirst()) this.#publish()
      })
    this.#asking.set(ref, asked)
  }

  /** Whether some host has yet to answer for the first time: those that are asked anew keep nobody waiting. */
  #awaitsFirst(): boolean {
    return [...this.#asking.keys()].some(ref => !this.#heard.has(ref))
  }

  async #readAbilities(hostRef: string): Promise<HostAbilities> {
    try {
      const call = { hostRef, fn: 'capabilities', args: {} } as const
      const options = { signal: this.#closing.signal, timeoutMs: CAPABILITIES_TIMEOUT_MS }
      return abilitiesOf(await callPlugin(this.#source.session, call, options))
    } catch (error) {
      if (!(error instanceof XenApiError) || !withoutPlugin.has(error.code)) throw error
      if (error.code !== 'XENAPI_MISSING_PLUGIN')
        this.#source.log.info('a host is treated as stock Xen', { why: error.code })
      return STOCK_XEN
    }
  }

  #publish(): void {
    if (this.#cache === undefined) return
    const view = poolViewOf(this.#cache, {
      connectionId: this.#source.connectionId,
      abilities: this.#abilities,
    })
    if (view === null) return
    this.#isWhole = true
    this.#viewGeneration = this.#cacheGeneration
    const changed = this.#view === undefined || !sameInventory(view.inventory, this.#view.inventory)
    this.#view = changed || this.#view === undefined ? view : { ...view, inventory: this.#view.inventory }
    if (changed) this.#version++
    this.#bell.ring()
    for (const hear of this.#hearers) hear()
  }
}
