import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import { ROUND_GRACE_MS } from '../../../shared/model/plugin.ts'
import { Random } from '../../core/numeric/random.ts'
import { type MigrationFact, PageMigration } from '../../core/simulation/page-migration.ts'
import type { LabClock } from './lab-clock.ts'
import {
  CUT,
  type LabMigration,
  type Landing,
  type MigrationOrder,
  type MoveOutcome,
  whyNot,
} from './lab-migration.ts'
import { MigrationNetwork } from './migration-network.ts'
import { assertMayMove, assertRoom, type MoveOperation } from './move-checks.ts'
import { arrive, beginMove, endMove } from './move-records.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { XapiDatabase } from './xapi-database.ts'
import { XapiError } from './xapi-error.ts'
import type { XapiTasks } from './xapi-tasks.ts'

const MAX_LIVE_ROUNDS = 30
const TICK_MS = 25
/** A thread that was held up makes up for at most this much at once; the rest of the time stands still. */
const LONGEST_STEP_MS = 500
const EVENTS_KEPT_MS = 600_000
/** Share of a Xen task's progress that the memory copy takes; the rest is the hand-over. */
const COPY_SHARE = 0.91

/** Carries out the migrations of the lab: lets them run in real time, and tells the database and who waits. */
export class MigrationDesk {
  readonly #pool: VirtualPool
  readonly #database: XapiDatabase
  readonly #tasks: XapiTasks
  readonly #clock: LabClock
  readonly #migrations = new Map<string, LabMigration>()
  readonly #waiting = new Set<() => void>()
  readonly #network = new MigrationNetwork()
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
    const landing: Landing = order.landing ?? this.#here
    const operation: MoveOperation = order.landing === undefined ? 'pool_migrate' : 'migrate_send'
    assertMayMove(this.#database, vm, operation)
    if (source === destination) {
      const why = 'The VM already runs on this host'
      throw new XapiError('VM_MIGRATE_FAILED', vm.ref, source.ref, destination.ref, why)
    }
    assertRoom(landing, vm, destination)
    // A migration is there to be watched.
    this.#letGo ??= this.#clock.hold()
    if (!this.#network.leads({ source, destination }))
      throw new XapiError('VM_MIGRATE_FAILED', vm.ref, source.ref, destination.ref, CUT)
    const random = new Random(vm.seed + this.#migrations.size + 1)
    const { config } = this.#pool
    const linkBytesPerSecond = order.linkBytesPerSecond ?? config.linkBytesPerSecond
    const nowMs = this.#clock.now()
    const guest = vm.memoryAt(this.#pool.elapsedMs(nowMs))
    vm.migrating = true
    const simulation = new PageMigration({
      guest,
      vcpuCount: vm.config.vcpuCount,
      link: {
        bytesPerSecond: linkBytesPerSecond,
        roundTripMs: config.roundTripMs,
      },
      stopRule: order.stopRule,
      graceMs: ROUND_GRACE_MS,
      maxLiveRounds: MAX_LIVE_ROUNDS,
      handshakeMs: config.handshakeMs + config.handshakeSpreadMs * random.unit(),
      startedAtMs: nowMs,
      random,
    })
    const cancel = () => void this.control(migration, { kind: 'cancel' })
    const { promise: outcome, resolve: settle } = Promise.withResolvers<MoveOutcome>()
    const migration: LabMigration = {
      id: order.id,
      vm,
      source,
      destination,
      landing,
      operation,
      taskRef: this.#taskFor(order, source, cancel),
      ownsTask: 'name' in order.task,
      outcome,
      settle,
      simulation,
      linkBytesPerSecond,
      events: [],
      advancedToMs: nowMs,
      endedAtMs: null,
      endedAtWallMs: null,
    }
    this.#migrations.set(order.id, migration)
    landing.pool.reserve(destination, vm.config.memoryBytes)
    beginMove(migration, this.#here)
    this.#network.share(this.#running)
    this.#advance(migration, nowMs)
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS)
    return migration
  }

  /** False when the command came too late. */
  control(migration: LabMigration, command: MigrationCommand): boolean {
    const nowMs = this.#clock.now()
    this.#advance(migration, nowMs)
    const accepted = migration.simulation.control(command)
    this.#network.share(this.#running)
    this.#advance(migration, nowMs)
    return accepted
  }

  /** Takes a host off the migration network, with all that runs over it. */
  cutOff(host: VirtualHost): void {
    this.#network.cutOff(host)
    this.#eachOf(host, simulation => simulation.cut())
  }

  /** Joins a host to the migration network again. */
  rejoin(host: VirtualHost): void {
    this.#network.rejoin(host)
    this.#eachOf(host, simulation => simulation.mend())
  }

  #eachOf(host: VirtualHost, act: (simulation: PageMigration) => void): void {
    const nowMs = this.#clock.now()
    for (const migration of this.#running) {
      if (migration.source !== host && migration.destination !== host) continue
      this.#advance(migration, nowMs)
      act(migration.simulation)
      this.#advance(migration, nowMs)
    }
    this.#network.share(this.#running)
  }

  get #running(): readonly LabMigration[] {
    return [...this.#migrations.values()].filter(({ endedAtMs }) => endedAtMs === null)
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

  #taskFor({ task }: MigrationOrder, source: VirtualHost, cancel: () => void): string {
    if ('name' in task) return this.#tasks.create(task.name, source.ref, cancel, task.subtaskOf)
    this.#tasks.allowCancel(task.ref, cancel)
    return task.ref
  }

  #tick(): void {
    const nowMs = this.#clock.now()
    this.#network.share(this.#running)
    for (const migration of this.#running) this.#advance(migration, nowMs)
    if (this.#running.length === 0) this.close()
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
    else if (fact.kind === 'failed') this.#end(migration, 'failure')
    else this.#tasks.progress(taskRef, simulation.progress * COPY_SHARE)
  }

  get #here(): Landing {
    return { pool: this.#pool, database: this.#database }
  }

  #end(migration: LabMigration, status: MoveOutcome): void {
    const { vm, destination, taskRef, landing } = migration
    const nowMs = this.#clock.now()
    migration.endedAtMs = nowMs
    migration.endedAtWallMs = performance.now()
    vm.migrating = false
    landing.pool.release(destination, vm.config.memoryBytes)
    if (status === 'success') arrive(migration, this.#here, nowMs)
    endMove(migration, this.#here)
    if (migration.ownsTask) this.#tasks.finish(taskRef, status, whyNot(migration, status))
    migration.settle(status)
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }
}
