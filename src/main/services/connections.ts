import type { ConnectionItem } from '../../shared/contract/connection.ts'
import { Failure } from '../../shared/failure.ts'
import type { CertificateQuestion } from '../../shared/model/certificate.ts'
import {
  type AutomationLevel,
  type Connection,
  type ConnectionSettings,
  MOST_MEMBERS,
  type SecretsState,
  type StoredConnection,
} from '../../shared/model/connection.ts'
import type { Clock } from '../ports/clock.ts'
import type { Hypervisor, Inventory } from '../ports/hypervisor.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import type { Trust } from '../ports/trust.ts'
import { ConnectionRun } from './connection-run.ts'
import { ConnectionStates } from './connection-states.ts'
import type { LiveValue } from './live-value.ts'
import { missingPassword } from './missing-password.ts'
import type { TrustBook } from './trust-book.ts'

/** A pool that answers: what to ask, and what is there. */
export interface LivePool {
  readonly connectionId: string
  readonly hypervisor: Hypervisor
  readonly inventory: Inventory
}

/** Where to, as whom, and whom to believe there. */
export interface ConnectTarget {
  readonly settings: ConnectionSettings
  readonly trust: Trust
  /** Addresses of the pool's hosts as last heard: asked in turn when the server at the URL is silent. */
  readonly members: readonly string[]
  readonly onMembers: (addresses: readonly string[]) => void
  /** A member shows a certificate that nobody vouches for: the rest of the pool goes on. */
  readonly onQuestion?: (question: CertificateQuestion) => void
}
export type Connect = (target: ConnectTarget, signal: AbortSignal) => Promise<Hypervisor>

/** A connection as it is set up; without a password it waits for one. */
export interface ConnectionSetup extends StoredConnection {
  readonly password: string | null
  readonly isLab?: boolean | undefined
}

interface Entry {
  readonly setup: ConnectionSetup
  /** Null while there is no password to connect with. */
  readonly run: ConnectionRun | null
  /** Resolves when every run before this one has ended. */
  readonly before: Promise<void>
}

interface Deps {
  readonly connect: Connect
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
  readonly trust: TrustBook
}

/** Resolves when nothing of what an entry started is left. */
const ended = (entry: Entry | undefined): Promise<void> =>
  entry?.run ? entry.run.close() : (entry?.before ?? Promise.resolve())

/** Owns every connection: connects, keeps its inventory, and connects again with a growing delay when it is lost. */
export class Connections {
  readonly #states: ConnectionStates
  /** Pools that answered last time they were asked. */
  readonly #pools = new Map<string, LivePool>()
  readonly #entries = new Map<string, Entry>()
  readonly #deps: Deps
  readonly #members = new Map<string, readonly string[]>()
  #inventoryVersion = 0
  #isClosed = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.#states = new ConnectionStates(deps)
  }

  /** Every connection, and whether the STOP switch is set. */
  get overview(): LiveValue<ConnectionItem> {
    return this.#states.overview
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
    return this.#states.of(connectionId)
  }

  setStopped(sinceMs: number | null): void {
    this.#states.setStopped(sinceMs)
  }

  setSecrets(secrets: SecretsState): void {
    this.#states.setSecrets(secrets)
  }

  /** How a connection is set up, its password among it: never to leave main. */
  setup(connectionId: string): ConnectionSetup | undefined {
    return this.#entries.get(connectionId)?.setup
  }

  add(setup: ConnectionSetup): void {
    if (this.#entries.has(setup.id)) throw new Error(`connection ${setup.id} was added twice`)
    if (setup.members) {
      this.#members.set(setup.id, setup.members)
      this.#deps.trust.noteMembers(setup.id, setup.url, setup.members)
    }
    this.#start(setup, Promise.resolve())
  }

  /** Ends the connection as it is and starts it as `setup` says, which has the same id; its level stays. */
  replace(setup: ConnectionSetup): void {
    const level = this.state(setup.id)?.level ?? setup.level
    if (this.state(setup.id)?.url !== setup.url) this.#members.delete(setup.id)
    this.#start({ ...setup, level }, ended(this.#entries.get(setup.id)))
  }

  /** Connects at once unless it is connected or has no password. */
  retry(connectionId: string): void {
    const entry = this.#entries.get(connectionId)
    const state = this.state(connectionId)?.state
    if (entry?.run && (state === 'failed' || state === 'stale')) this.replace(entry.setup)
  }

  /** Resolves when the connection is gone from the overview and nothing of it is left. */
  async remove(connectionId: string): Promise<void> {
    const entry = this.#entries.get(connectionId)
    this.#entries.delete(connectionId)
    this.#members.delete(connectionId)
    this.#states.remove(connectionId)
    await ended(entry)
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
    this.#states.put({ ...connection, level })
    this.store(connectionId)
  }

  /** Writes how a connection is, for the next run. */
  store(connectionId: string): void {
    const connection = this.state(connectionId)
    if (!connection) return
    const { id, name, url, user, level, keep, isLab } = connection
    // The lab's members are others at every start.
    const members = isLab ? undefined : this.#members.get(id)
    this.#deps.store.putConnection({
      id,
      name,
      url,
      user,
      level,
      ...(keep && { keep }),
      ...(members && { members }),
    })
  }

  /** A pool answered: it is live from now on. */
  heard(connectionId: string): void {
    this.#states.heard(connectionId, this.#pools.has(connectionId) ? 'connected' : 'gone')
  }

  standBack(connectionId: string, reasons: readonly string[]): void {
    this.#states.standBack(connectionId, reasons)
  }

  silent(connectionId: string, failure: Failure): void {
    this.#states.silent(connectionId, failure)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#entries.values()].map(ended))
  }

  #start(setup: ConnectionSetup, before: Promise<void>): void {
    const { id, name, url, user, level, keep = null, isLab = false, password } = setup
    this.#states.put({
      id,
      name,
      url,
      user,
      level,
      keep,
      isLab,
      state: password === null ? 'failed' : 'connecting',
      sinceMs: this.#deps.clock.now(),
      lastHeardMs: this.state(id)?.lastHeardMs ?? null,
      failure: password === null ? missingPassword(name, keep, this.overview.value.secrets) : null,
      retryAtMs: null,
      standBack: [],
      question: null,
      pins: [],
    })
    const run = password === null || this.#isClosed ? null : this.#run({ ...setup, password }, before)
    this.#entries.set(id, { setup, run, before })
  }

  #run(settings: ConnectionSettings, before: Promise<void>): ConnectionRun {
    const { connect, clock, log, trust } = this.#deps
    const { id, name, url, user, password, level } = settings
    const target = (): ConnectTarget => ({
      settings: { id, name, url, user, password, level },
      trust: trust.of(id),
      members: this.#members.get(id) ?? [],
      onMembers: addresses => this.#learnMembers(id, addresses),
      onQuestion: question => this.#states.ask(id, question),
    })
    return new ConnectionRun(
      {
        name,
        clock,
        log,
        connect: signal => connect(target(), signal),
        onInventory: (hypervisor, inventory) => {
          this.#pools.set(id, { connectionId: id, hypervisor, inventory })
          this.#inventoryVersion++
          this.heard(id)
        },
        onGone: () => {
          this.#pools.delete(id)
          this.#inventoryVersion++
        },
        onOutage: outage => this.#states.update(id, { state: 'failed', sinceMs: clock.now(), ...outage }),
      },
      before,
    )
  }

  /** Kept over a restart: with them a pool is found whose configured member is gone. */
  #learnMembers(connectionId: string, addresses: readonly string[]): void {
    const members = addresses.slice(0, MOST_MEMBERS)
    const isSame = JSON.stringify(members) === JSON.stringify(this.#members.get(connectionId))
    this.#members.set(connectionId, members)
    if (!isSame && !this.state(connectionId)?.isLab) this.store(connectionId)
  }
}
