import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import type { MigrationFact } from '../../core/simulation/migration-fact.ts'
import type { SimulatedMigration } from '../../core/simulation/simulated-migration.ts'
import type { LabClock } from './lab-clock.ts'
import {
  CUT,
  type LabMigration,
  type Landing,
  type MigrationOrder,
  type MoveOutcome,
  type Transit,
  whyNot,
} from './lab-migration.ts'
import { MigrationNetwork } from './migration-network.ts'
import { assertMayMove, assertRoom, type MoveOperation } from './move-checks.ts'
import { arrive, beginMove, endMove, perish } from './move-records.ts'
import { SharedPath } from './shared-path.ts'
import { ownCommand, simulatedMove } from './simulated-move.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { XapiDatabase } from './xapi-database.ts'
import { XapiError } from './xapi-error.ts'
import type { XapiTasks } from './xapi-tasks.ts'

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
  readonly #network: MigrationNetwork
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
    this.#network = new MigrationNetwork(parts.pool)
  }

  find(id: string): LabMigration | undefined {
    return this.#migrations.get(id)
  }

  /** Starts a migration; throws the XenAPI error of what stands against it. */
  start(order: MigrationOrder): LabMigration {
    const { vm, destination } = order
    const source = this.#assertMayStart(order)
    // A migration is there to be watched.
    this.#letGo ??= this.#clock.hold()
    const nowMs = this.#clock.now()
    vm.migrating = true
    const migration = this.#migrationOf(order, source, nowMs)
    this.#migrations.set(order.id, migration)
    migration.landing.pool.reserve(destination, vm.config.memoryBytes)
    beginMove(migration, this.#here)
    this.#share(nowMs)
    this.#advance(migration, nowMs)
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS)
    return migration
  }

  /** The host that the VM leaves; throws what stands against its move. */
  #assertMayStart(order: MigrationOrder): VirtualHost {
    const { vm, destination, landing = this.#here } = order
    const source = this.#pool.host(vm.hostUuid)
    if (source === undefined) throw new XapiError('HOST_OFFLINE', vm.hostUuid)
    const failed = (why: string) =>
      new XapiError('VM_MIGRATE_FAILED', vm.ref, source.ref, destination.ref, why)
    assertMayMove(this.#database, vm, operationOf(order))
    if (source === destination) throw failed('The VM already runs on this host')
    assertRoom(landing, vm, destination)
    if (!this.#network.leads({ source, destination })) throw failed(CUT)
    return source
  }

  #migrationOf(order: MigrationOrder, source: VirtualHost, nowMs: number): LabMigration {
    const { config } = this.#pool
    const { id, vm, destination, stopRule, landing = this.#here } = order
    const linkBytesPerSecond = order.linkBytesPerSecond ?? config.linkBytesPerSecond
    const path = new SharedPath({ bytesPerSecond: linkBytesPerSecond, roundTripMs: config.roundTripMs })
    const seed = vm.seed + this.#migrations.size + 1
    const simulation = simulatedMove(order, { pool: this.#pool, path, nowMs, seed })
    const cancel = () => void this.control(migration, { kind: 'cancel' })
    const { promise: outcome, resolve: settle } = Promise.withResolvers<MoveOutcome>()
    const migration: LabMigration = {
      id,
      vm,
      source,
      destination,
      landing,
      operation: operationOf(order),
      taskRef: this.#taskFor(order, source, cancel),
      ownsTask: 'name' in order.task,
      outcome,
      settle,
      stopRule,
      transit: { simulation, path, dueMs: 0 },
      linkBytesPerSecond,
      events: [],
      failure: null,
      advancedToMs: nowMs,
      endedAtMs: null,
      endedAtWallMs: null,
    }
    return migration
  }

  /** False when the command came too late. */
  control(migration: LabMigration, command: MigrationCommand): boolean {
    const nowMs = this.#clock.now()
    this.#advance(migration, nowMs)
    const simulation = migration.transit?.simulation
    // After the pause a move can only go forward.
    const accepted = simulation?.isLive === true && simulation.control(command)
    this.#share(nowMs)
    this.#advance(migration, nowMs)
    return accepted
  }

  /** Ends what moves to or from a host that has died; a guest of which a part was there is lost. */
  loseHost(host: VirtualHost): void {
    const nowMs = this.#clock.now()
    for (const migration of this.#running) {
      if (migration.source !== host && migration.destination !== host) continue
      this.#advance(migration, nowMs)
      if (migration.transit !== null) this.#loseHost(migration, host, migration.transit)
    }
  }

  #loseHost(migration: LabMigration, host: VirtualHost, transit: Transit): void {
    const { vm, source } = migration
    const isSource = host === source
    // After a switch each host holds pages that the other one lacks.
    const isTorn = transit.simulation.paging !== null
    const isLost = isSource || isTorn
    const role = isSource ? 'source' : 'destination'
    const torn = isTorn ? ', and with it memory that was nowhere else' : ''
    const reason = `The ${role}, ${host.config.name}, died${torn}.`
    const atMs = this.#clock.now()
    if (isLost) perish(vm, source, this.#here, atMs)
    this.#report(migration, transit, {
      kind: 'failed',
      atMs,
      reason,
      vmRunsAt: isLost ? 'nowhere' : 'source',
    })
    this.#wake()
  }

  /** Takes a host off the migration network, with all that runs over it. */
  cutOff(host: VirtualHost): void {
    this.#network.cutOff(host)
    this.#eachOf(host, path => path.cut())
  }

  /** Joins a host to the migration network again. */
  rejoin(host: VirtualHost): void {
    this.#network.rejoin(host)
    this.#eachOf(host, path => path.mend())
  }

  #eachOf(host: VirtualHost, act: (path: SharedPath) => void): void {
    const nowMs = this.#clock.now()
    for (const migration of this.#running) {
      if (migration.source !== host && migration.destination !== host) continue
      this.#advance(migration, nowMs)
      if (migration.transit !== null) act(migration.transit.path)
    }
    this.#share(nowMs)
  }

  get #running(): readonly LabMigration[] {
    return [...this.#migrations.values()].filter(({ transit }) => transit !== null)
  }

  #share(nowMs: number): void {
    const senders = this.#running.flatMap(({ transit, source, destination, linkBytesPerSecond, landing }) =>
      transit === null
        ? []
        : {
            source,
            destination,
            demandBytesPerSecond: transit.simulation.demandBytesPerSecond,
            path: transit.path,
            linkBytesPerSecond,
            landing: landing.pool,
          },
    )
    this.#network.share(senders, nowMs)
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
    this.#share(nowMs)
    for (const migration of this.#running) this.#advance(migration, nowMs)
    if (this.#running.length === 0) this.close()
  }

  #advance(migration: LabMigration, nowMs: number): void {
    const { transit, source, destination } = migration
    if (transit === null) return
    const { simulation } = transit
    const before = bytesSentBy(simulation)
    transit.dueMs += Math.min(LONGEST_STEP_MS, Math.max(0, nowMs - migration.advancedToMs))
    migration.advancedToMs = nowMs
    let told = 0
    for (
      let facts = simulation.next(transit.dueMs);
      facts.length > 0;
      facts = simulation.next(transit.dueMs)
    ) {
      told += facts.length
      for (const fact of facts) this.#report(migration, transit, fact)
    }
    const bytes = bytesSentBy(simulation) - before
    if (bytes > 0) this.#pool.bookTraffic(source, destination, { ms: nowMs, bytes })
    if (told > 0) this.#wake()
  }

  #report(migration: LabMigration, { simulation }: Transit, fact: MigrationFact): void {
    const { taskRef, stopRule } = migration
    if (fact.kind === 'failed') migration.failure = fact.reason
    migration.events.push({ ...fact, sequence: migration.events.length + 1 })
    const command = ownCommand(stopRule, fact)
    if (command !== null) simulation.control(command)
    if (fact.kind === 'paused') this.#tasks.lock(taskRef)
    if (fact.kind === 'completed') this.#end(migration, 'success')
    else if (fact.kind === 'cancelled') this.#end(migration, 'cancelled')
    else if (fact.kind === 'failed') this.#end(migration, 'failure')
    else this.#tasks.progress(taskRef, copiedRatio(simulation.transfer, fact) * COPY_SHARE)
  }

  get #here(): Landing {
    return { pool: this.#pool, database: this.#database }
  }

  #end(migration: LabMigration, status: MoveOutcome): void {
    const { vm, destination, taskRef, landing } = migration
    const nowMs = this.#clock.now()
    migration.transit = null
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

const operationOf = ({ landing }: MigrationOrder): MoveOperation =>
  landing === undefined ? 'pool_migrate' : 'migrate_send'

const bytesSentBy = ({ transfer, disk }: SimulatedMigration): number =>
  transfer.bytesSent + (disk?.bytesSent ?? 0)

/** Pages sent over pages sent and left, as Xen's own progress; steps back when much is dirtied again. */
const copiedRatio = ({ pagesSent }: { readonly pagesSent: number }, fact: MigrationFact): number =>
  pagesSent === 0 ? 0 : pagesSent / (pagesSent + leftAfter(fact))

const leftAfter = (fact: MigrationFact): number => {
  switch (fact.kind) {
    case 'round-progress':
      return fact.remainingPages + (fact.dirtiedPages ?? 0)
    case 'round-ended':
      return fact.dirtiedPages
    case 'paused':
    case 'resumed':
    case 'post-copy-progress':
      return fact.remainingPages
    default:
      return 0
  }
}
