import type { HostMigrationEvent, MigrationCommand } from '../../../shared/model/migration-event.ts'
import { ROUND_GRACE_MS } from '../../../shared/model/plugin.ts'
import { Random } from '../../core/numeric/random.ts'
import { type MigrationFact, PageMigration } from '../../core/simulation/page-migration.ts'
import type { LabClock } from './lab-clock.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import { idleVmOperations } from './vm-records.ts'
import type { XapiDatabase } from './xapi-database.ts'
import { XapiError } from './xapi-error.ts'
import { residentRefs } from './xapi-records.ts'
import type { XapiTasks } from './xapi-tasks.ts'

const MAX_LIVE_ROUNDS = 30
const TICK_MS = 25
/** A thread that was held up makes up for at most this much at once; the rest of the time stands still. */
const LONGEST_STEP_MS = 500
const EVENTS_KEPT_MS = 600_000
/** Share of a Xen task's progress that the memory copy takes; the rest is the hand-over. */
const COPY_SHARE = 0.91

export interface LabMigration {
  readonly id: string
  readonly vm: VirtualVm
  readonly source: VirtualHost
  readonly destination: VirtualHost
  readonly taskRef: string
  readonly simulation: PageMigration
  readonly events: HostMigrationEvent[]
  advancedToMs: number
  endedAtMs: number | null
  /** By a clock that the lab's speed does not touch. */
  endedAtWallMs: number | null
}

export interface MigrationOrder {
  readonly id: string
  readonly vm: VirtualVm
  readonly destination: VirtualHost
  readonly stopRule: 'controlled' | 'xen'
  readonly taskName: string
}

/** Carries out the migrations of the lab: lets them run in real time, and tells the database and who waits. */
export class MigrationDesk {
  readonly #pool: VirtualPool
  readonly #database: XapiDatabase
  readonly #tasks: XapiTasks
  readonly #clock: LabClock
  readonly #migrations = new Map<string, LabMigration>()
  readonly #waiting = new Set<() => void>()
  #timer: NodeJS.Timeout | null = null
  #letGo: (() => void) | null = null

  constructor(parts: {
    readonly pool: VirtualPool
    readonly database: XapiDatabase
    readonly tasks: XapiTasks
    readonly clock: LabClock
  }) {
    this.#pool = parts.pool
    this.#database = parts.database
    this.#tasks = parts.tasks
    this.#clock = parts.clock
  }

  find(id: string): LabMigration | undefined {
    return this.#migrations.get(id)
  }

  /** Starts a migration; throws the XenAPI error of what stands against it. */
  start(order: MigrationOrder): LabMigration {
    const { vm, destination } = order
    const source = this.#pool.host(vm.hostUuid)
    if (source === undefined) throw new XapiError('HOST_OFFLINE', vm.hostUuid)
    this.#assertAllowed(vm, source, destination)
    // A migration is there to be watched.
    this.#letGo ??= this.#clock.hold()
    const random = new Random(vm.seed + this.#migrations.size + 1)
    const { config } = this.#pool
    const nowMs = this.#clock.now()
    const guest = vm.memoryAt(this.#pool.elapsedMs(nowMs))
    vm.migrating = true
    const simulation = new PageMigration({
      guest,
      vcpuCount: vm.config.vcpuCount,
      link: { bytesPerSecond: config.linkBytesPerSecond, roundTripMs: config.roundTripMs },
      stopRule: order.stopRule,
      graceMs: ROUND_GRACE_MS,
      maxLiveRounds: MAX_LIVE_ROUNDS,
      handshakeMs: config.handshakeMs + config.handshakeSpreadMs * random.unit(),
      startedAtMs: nowMs,
      random,
    })
    const cancel = () => void this.control(migration, 'cancel')
    const migration: LabMigration = {
      id: order.id,
      vm,
      source,
      destination,
      taskRef: this.#tasks.create(order.taskName, source.ref, cancel),
      simulation,
      events: [],
      advancedToMs: nowMs,
      endedAtMs: null,
      endedAtWallMs: null,
    }
    this.#migrations.set(order.id, migration)
    this.#pool.reserve(destination, vm.config.memoryBytes)
    this.#announceStart(migration)
    this.#advance(migration, nowMs)
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS)
    return migration
  }

  /** False when the command came too late. */
  control(migration: LabMigration, command: MigrationCommand): boolean {
    const nowMs = this.#clock.now()
    this.#advance(migration, nowMs)
    const accepted = migration.simulation.control(command)
    this.#advance(migration, nowMs)
    return accepted
  }

  /** Calls `wake` at the next event of any migration, once; returns what takes it back. */
  onEvent(wake: () => void): () => void {
    this.#waiting.add(wake)
    return () => this.#waiting.delete(wake)
  }

  /** Forgets migrations that ended more than 10 minutes ago, by the clock of who may have lost its connection. */
  collect(): void {
    const nowMs = performance.now()
    for (const [id, { endedAtWallMs }] of this.#migrations)
      if (endedAtWallMs !== null && nowMs - endedAtWallMs > EVENTS_KEPT_MS) this.#migrations.delete(id)
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#letGo?.()
    this.#letGo = null
  }

  #assertAllowed(vm: VirtualVm, source: VirtualHost, destination: VirtualHost): void {
    if (vm.migrating) throw new XapiError('OTHER_OPERATION_IN_PROGRESS', 'VM', vm.ref)
    if (source === destination) {
      const why = 'The VM already runs on this host'
      throw new XapiError('VM_MIGRATE_FAILED', vm.ref, source.ref, destination.ref, why)
    }
    const [needed, free] = [vm.config.memoryBytes, this.#pool.freeBytes(destination)]
    if (needed > free) throw new XapiError('HOST_NOT_ENOUGH_FREE_MEMORY', String(needed), String(free))
  }

  #tick(): void {
    const nowMs = this.#clock.now()
    const running = [...this.#migrations.values()].filter(({ endedAtMs }) => endedAtMs === null)
    for (const migration of running) this.#advance(migration, nowMs)
    if (running.every(({ endedAtMs }) => endedAtMs !== null)) this.close()
  }

  #advance(migration: LabMigration, nowMs: number): void {
    if (migration.endedAtMs !== null) return
    const { simulation, vm } = migration
    const elapsedMs = this.#pool.elapsedMs(nowMs)
    const ms = Math.min(LONGEST_STEP_MS, Math.max(0, nowMs - migration.advancedToMs))
    const before = simulation.bytesSent
    const facts = simulation.advance(ms, vm.workload(elapsedMs).writesPerSecond)
    migration.advancedToMs = nowMs
    vm.memoryAt(elapsedMs)
    const bytes = simulation.bytesSent - before
    if (bytes > 0) this.#pool.bookTraffic(migration.source, migration.destination, { ms: nowMs, bytes })
    for (const fact of facts) this.#report(migration, fact)
    if (facts.length > 0) this.#wake()
  }

  #report(migration: LabMigration, fact: MigrationFact): void {
    migration.events.push({ ...fact, sequence: migration.events.length + 1 })
    const { taskRef, simulation } = migration
    if (fact.kind === 'paused') this.#tasks.lock(taskRef)
    if (fact.kind === 'completed') this.#end(migration, 'success')
    else if (fact.kind === 'cancelled') this.#end(migration, 'cancelled')
    else this.#tasks.progress(taskRef, simulation.progress * COPY_SHARE)
  }

  #announceStart({ vm, source, destination, taskRef }: LabMigration): void {
    this.#database.change('VM', vm.ref, {
      current_operations: { [taskRef]: 'pool_migrate' },
      allowed_operations: [],
    })
    this.#database.change('host', destination.ref, { current_operations: { [taskRef]: 'vm_migrate' } })
    this.#tellHosts([source, destination])
  }

  #end(migration: LabMigration, status: 'success' | 'cancelled'): void {
    const { vm, source, destination, taskRef } = migration
    const nowMs = this.#clock.now()
    migration.endedAtMs = nowMs
    migration.endedAtWallMs = performance.now()
    vm.migrating = false
    this.#pool.release(destination, vm.config.memoryBytes)
    if (status === 'success') this.#pool.move(vm, destination, nowMs)
    const operations = { current_operations: {}, allowed_operations: [...idleVmOperations] }
    const host = this.#pool.host(vm.hostUuid)
    this.#database.change('VM', vm.ref, { ...operations, ...(host && { resident_on: host.ref }) })
    this.#database.change('host', destination.ref, { current_operations: {} })
    this.#tellHosts([source, destination])
    this.#tasks.finish(taskRef, status, status === 'cancelled' ? ['TASK_CANCELLED', taskRef] : [])
  }

  #tellHosts(hosts: readonly VirtualHost[]): void {
    for (const host of hosts) {
      this.#database.change('host', host.ref, { resident_VMs: residentRefs(this.#pool, host) })
      this.#database.change('host_metrics', host.metricsRef, { memory_free: this.#pool.freeBytes(host) })
    }
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }
}
