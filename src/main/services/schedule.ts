import { Failure } from '../../shared/failure.ts'
import type { PolicyName } from '../../shared/model/migration.ts'
import type { ScheduledMigration } from '../../shared/model/schedule.ts'
import { formatDuration } from '../../shared/units.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import type { Connections } from './connections.ts'
import type { ControlLoop } from './control-loop.ts'
import type { Decisions } from './decisions.ts'
import { LiveValue } from './live-value.ts'
import type { ManualMigration } from './manual-migration.ts'

interface Deps {
  readonly connections: Connections
  readonly loop: Pick<ControlLoop, 'latestOf'>
  readonly manual: Pick<ManualMigration, 'start'>
  readonly decisions: Decisions
  readonly store: Store
  readonly thresholds: Thresholds
  readonly clock: Clock
  readonly log: Log
}

interface Order {
  readonly vmId: string
  readonly destinationHostId?: string | undefined
  readonly policy: PolicyName
  /** Pool time. */
  readonly atMs: number
}

const CHECK_MS = 250
/** A time further away than that is a slip of the keyboard, ms. */
const FURTHEST_MS = 366 * 24 * 3600 * 1000

/** Migrations that are to begin at a time; kept across restarts, and checked as any other when their time has come. */
export class Schedule {
  /** The next first. */
  readonly entries = new LiveValue<readonly ScheduledMigration[]>([])
  readonly #deps: Deps
  /** Those that are being started. */
  readonly #beginning = new Map<string, Promise<void>>()
  #stop: (() => void) | undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** What earlier runs left, whose time may have passed meanwhile. */
  restore(entries: readonly ScheduledMigration[]): void {
    this.#set(entries)
  }

  start(): void {
    this.#stop ??= this.#deps.clock.every(CHECK_MS, () => this.#check())
  }

  async close(): Promise<void> {
    this.#stop?.()
    await Promise.allSettled(this.#beginning.values())
  }

  /** Returns the entry's id; throws `conflict` what the order contradicts. */
  add({ vmId, destinationHostId, policy, atMs }: Order): string {
    const { connections, loop, store } = this.#deps
    const { connectionId, inventory } = connections.poolOfVm(vmId)
    const vmName = inventory.vms.find(vm => vm.id === vmId)?.name ?? vmId
    const known = this.entries.value.find(entry => entry.vmId === vmId)
    if (known)
      throw refuse(`${vmName} is to be migrated ${timeWords(known.atMs)} already.`, 'Take that back first.')
    const nowMs = loop.latestOf(connectionId)?.atMs
    if (nowMs !== undefined && atMs < nowMs)
      throw refuse(`That time has passed in the pool of ${vmName}.`, 'Choose a later one.')
    if (nowMs !== undefined && atMs - nowMs > FURTHEST_MS)
      throw refuse('That time is more than a year away.', 'Choose an earlier one.')
    if (destinationHostId && !inventory.hosts.some(host => host.id === destinationHostId))
      throw refuse(`The pool of ${vmName} has no such host.`, 'Choose another host of its pool.')
    const entry: ScheduledMigration = {
      id: crypto.randomUUID(),
      connectionId,
      vmId,
      vmName,
      destinationHostId: destinationHostId ?? null,
      policy,
      atMs,
      heldBackBecause: null,
    }
    store.putSchedule(entry)
    this.#set([...this.entries.value, entry])
    return entry.id
  }

  remove(id: string): void {
    if (!this.entries.value.some(entry => entry.id === id))
      throw new Failure({
        code: 'not-found',
        message: 'There is no such scheduled migration.',
        remedy: 'It may have begun: look among the migrations.',
      })
    this.#forget(id)
  }

  #check(): void {
    const { loop, connections, log } = this.#deps
    for (const entry of this.entries.value) {
      const nowMs = connections.pool(entry.connectionId) && loop.latestOf(entry.connectionId)?.atMs
      if (nowMs === undefined || nowMs < entry.atMs || this.#beginning.has(entry.id)) continue
      const lateMs = nowMs - entry.atMs
      if (lateMs > this.#deps.thresholds.scheduleGrace.value * 1000)
        this.#refuse(
          entry,
          nowMs,
          `Its time passed ${formatDuration(lateMs)} ago, and nothing was begun then.`,
        )
      else if (connections.overview.value.stoppedSinceMs !== null) this.#holdBack(entry)
      else {
        const begun = this.#begin(entry, nowMs)
          .catch(error => log.error('a scheduled migration was not begun', error, { vm: entry.vmName }))
          .finally(() => this.#beginning.delete(entry.id))
        this.#beginning.set(entry.id, begun)
      }
    }
  }

  #holdBack(entry: ScheduledMigration): void {
    if (entry.heldBackBecause) return
    const held = { ...entry, heldBackBecause: 'STOP is set: nothing is started by itself.' }
    this.#set(this.entries.value.map(other => (other.id === entry.id ? held : other)))
  }

  /** It leaves the schedule first: whatever comes of it is not tried again. */
  async #begin(entry: ScheduledMigration, nowMs: number): Promise<void> {
    const { vmId, destinationHostId, policy, atMs } = entry
    this.#forget(entry.id)
    const because = `It was scheduled to begin ${timeWords(atMs)}.`
    try {
      await this.#deps.manual.start({
        vmId,
        policy,
        because,
        ...(destinationHostId !== null && { destinationHostId }),
      })
    } catch (error) {
      if (!(error instanceof Failure)) {
        this.#refuse(entry, nowMs, 'Longshore met an error of its own, which is in the log.')
        throw error
      }
      this.#refuse(entry, nowMs, error.message)
    }
  }

  #refuse(entry: ScheduledMigration, nowMs: number, reason: string): void {
    this.#forget(entry.id)
    this.#deps.decisions.record({
      id: `${entry.id}:not-begun`,
      atMs: nowMs,
      connectionId: entry.connectionId,
      vmId: entry.vmId,
      vmName: entry.vmName,
      kind: 'operator',
      outcome: 'scheduled migration not begun',
      reasons: [`It was scheduled to begin ${timeWords(entry.atMs)}.`, reason],
      inputs: [],
      alternatives: [],
      migrationId: null,
    })
  }

  #forget(id: string): void {
    const left = this.entries.value.filter(entry => entry.id !== id)
    if (left.length === this.entries.value.length) return
    this.#deps.store.removeSchedule(id)
    this.#set(left)
  }

  #set(entries: readonly ScheduledMigration[]): void {
    this.entries.set(entries.toSorted((a, b) => a.atMs - b.atMs))
  }
}

const refuse = (message: string, remedy: string) => new Failure({ code: 'conflict', message, remedy })

/** A pool's time as people read it, to the second. */
const timeWords = (ms: number): string =>
  `at ${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`
