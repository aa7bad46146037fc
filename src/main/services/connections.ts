import type { ConnectionItem } from '../../shared/contract/connection.ts'
import { Failure, reportOf } from '../../shared/failure.ts'
import type { AutomationLevel, Connection, ConnectionSettings } from '../../shared/model/connection.ts'
import type { Clock } from '../ports/clock.ts'
import type { Hypervisor, Inventory } from '../ports/hypervisor.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import { LiveValue } from './live-value.ts'
import { reconnectDelayMs } from './reconnect-delay.ts'

/** A pool that answers: what to ask, and what is there. */
export interface LivePool {
  readonly connectionId: string
  readonly hypervisor: Hypervisor
  readonly inventory: Inventory
}

type Connect = (settings: ConnectionSettings, signal: AbortSignal) => Promise<Hypervisor>

interface Entry {
  readonly settings: ConnectionSettings
  readonly abort: AbortController
  readonly done: Promise<void>
}

/** Owns every connection: connects, keeps its inventory, and connects again with a growing delay when it is lost. */
export class Connections {
  /** Every connection, and whether the STOP switch is set. */
  readonly overview = new LiveValue<ConnectionItem>({ connections: [], stopped: false })
  /** Pools that answered last time they were asked. */
  readonly #pools = new Map<string, LivePool>()
  readonly #entries = new Map<string, Entry>()
  readonly #deps: {
    readonly connect: Connect
    readonly clock: Clock
    readonly log: Log
    readonly store: Store
  }
  #inventoryVersion = 0

  constructor(deps: { connect: Connect; clock: Clock; log: Log; store: Store }) {
    this.#deps = deps
  }

  get pools(): readonly LivePool[] {
    return [...this.#pools.values()]
  }

  /** Grows whenever any pool's inventory changes. */
  get inventoryVersion(): number {
    return this.#inventoryVersion
  }

  pool(connectionId: string): LivePool | undefined {
    return this.#pools.get(connectionId)
  }

  /** The live pool that has this VM. Throws `not-found`. */
  poolOfVm(vmId: string): LivePool {
    const pool = this.pools.find(({ inventory }) => inventory.vms.some(vm => vm.id === vmId))
    if (pool) return pool
    throw new Failure({
      code: 'not-found',
      message: 'No connected pool has this VM.',
      remedy: 'Check that its pool is connected and that the VM still exists.',
    })
  }

  state(connectionId: string): Connection | undefined {
    return this.overview.value.connections.find(connection => connection.id === connectionId)
  }

  setStopped(stopped: boolean): void {
    this.overview.set({ ...this.overview.value, stopped })
  }

  add(settings: ConnectionSettings): void {
    if (this.#entries.has(settings.id)) throw new Error(`connection ${settings.id} was added twice`)
    const abort = new AbortController()
    this.#put({
      id: settings.id,
      name: settings.name,
      url: settings.url,
      user: settings.user,
      level: settings.level,
      state: 'connecting',
      sinceMs: this.#deps.clock.now(),
      lastHeardMs: null,
      failure: null,
      retryAtMs: null,
    })
    this.#entries.set(settings.id, { settings, abort, done: this.#run(settings, abort.signal) })
  }

  setLevel(connectionId: string, level: AutomationLevel): void {
    const connection = this.state(connectionId)
    if (!connection) {
      throw new Failure({
        code: 'not-found',
        message: 'There is no such connection.',
        remedy: 'Reload the list of connections.',
      })
    }
    this.#put({ ...connection, level })
    const { id, name, url, user } = connection
    this.#deps.store.putConnection({ id, name, url, user, level })
  }

  /** A pool answered: it is live from now on. */
  heard(connectionId: string): void {
    const nowMs = this.#deps.clock.now()
    const connection = this.state(connectionId)
    if (!connection) return
    const revived = connection.state !== 'live' && this.#pools.has(connectionId)
    this.#update(connectionId, {
      lastHeardMs: nowMs,
      ...(revived ? { state: 'live', sinceMs: nowMs, failure: null, retryAtMs: null } : {}),
    })
  }

  /** A pool does not answer though its connection stands: what is shown of it is old. */
  silent(connectionId: string, failure: Failure): void {
    const connection = this.state(connectionId)
    if (connection?.state !== 'live') return
    this.#update(connectionId, { state: 'stale', sinceMs: this.#deps.clock.now(), failure: failure.report() })
  }

  async close(): Promise<void> {
    for (const { abort } of this.#entries.values()) abort.abort()
    await Promise.all([...this.#entries.values()].map(entry => entry.done))
  }

  #put(connection: Connection): void {
    const { connections, stopped } = this.overview.value
    const isNew = connections.every(other => other.id !== connection.id)
    this.overview.set({
      stopped,
      connections: isNew
        ? [...connections, connection]
        : connections.map(other => (other.id === connection.id ? connection : other)),
    })
  }

  #update(connectionId: string, change: Partial<Connection>): void {
    const connection = this.state(connectionId)
    if (connection) this.#put({ ...connection, ...change })
  }

  async #run(settings: ConnectionSettings, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps
    for (let failures = 0; !signal.aborted; ) {
      const startedMs = clock.now()
      try {
        await this.#session(settings, signal)
      } catch (error) {
        if (signal.aborted) return
        const failure = reportOf(error, {
          what: `The connection to ${settings.name} stopped for a reason Longshore does not know`,
          remedy: 'It is tried again by itself; if it comes back, report it with the log.',
        })
        log.warn('connection lost', {
          connection: settings.name,
          code: failure.code,
          message: failure.message,
        })
        if (failure.code === 'internal') log.error('connection failed unforeseen', error)
        failures = clock.now() - startedMs > 60_000 ? 1 : failures + 1
        const delayMs = reconnectDelayMs(failures)
        const nowMs = clock.now()
        this.#update(settings.id, {
          state: 'failed',
          sinceMs: nowMs,
          failure,
          retryAtMs: nowMs + delayMs,
        })
        await clock.wait(delayMs, signal).catch(() => {})
      }
    }
  }

  /** One connection from log-in until it breaks. */
  async #session(settings: ConnectionSettings, signal: AbortSignal): Promise<void> {
    const hypervisor = await this.#deps.connect(settings, signal)
    try {
      for await (const inventory of hypervisor.watchInventory(signal)) {
        this.#pools.set(settings.id, { connectionId: settings.id, hypervisor, inventory })
        this.#inventoryVersion++
        this.heard(settings.id)
      }
    } finally {
      this.#pools.delete(settings.id)
      this.#inventoryVersion++
      await hypervisor.close()
    }
  }
}
