import { Failure, isAbort } from '../../shared/failure.ts'
import { NO_CAPABILITIES } from '../../shared/model/capabilities.ts'
import type { Forecast } from '../../shared/model/forecast.ts'
import type { Host } from '../../shared/model/host.ts'
import type { Migration } from '../../shared/model/migration.ts'
import type { MigrationCommand } from '../../shared/model/migration-event.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import { summarizeHeat } from '../core/heat/heat-summary.ts'
import {
  canBeTold,
  type EngineContext,
  type EngineEvent,
  type EngineState,
  hasEnded,
  stepMigration,
} from '../core/migration/engine.ts'
import { migrationProgress } from '../core/migration/migration-progress.ts'
import { policies } from '../core/migration/policies/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { HeatClusterer } from '../ports/heat-clusterer.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import { acceptOrder, type MigrationOrder } from './accept-order.ts'
import type { Connections, LivePool } from './connections.ts'
import { cannotBeTold, isUnheard, poolAway, tooLate } from './control-refusals.ts'
import type { Decisions } from './decisions.ts'
import { LiveMap } from './live-map.ts'
import {
  abandoned,
  failureReport,
  operatorDecision,
  outcomeDecision,
  roundDecision,
} from './migration-record.ts'
import type { Operations } from './operations.ts'
import { PoolTimes } from './pool-times.ts'
import type { Sampler } from './sampler.ts'

interface Deps {
  readonly connections: Connections
  readonly operations: Operations
  readonly decisions: Decisions
  readonly sampler: Sampler
  readonly clusterer: HeatClusterer
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly thresholds: Thresholds
  readonly forecastOf: (vmId: string) => Forecast | null
}

const KEPT = 500
/** Regions asked for while a VM migrates: enough for a share of hot pages, small on the wire. */
const HEAT_REGIONS = 4096
/** How long a migration is followed while its pool cannot be reached, ms: hosts keep its events for 10 minutes. */
const PATIENCE_MS = 600_000
const RETRY_MS = 1000

/** Runs migrations: journals, orders the host, feeds its events to the engine and carries out what the engine says. */
export class Migrator {
  readonly states = new LiveMap<Migration>(KEPT)
  readonly #engines = new Map<string, EngineState>()
  readonly #runs = new Map<string, Promise<void>>()
  /** Orders that are being journalled: the host is not given them, nor told anything of them, before. */
  readonly #journalling = new Map<string, Promise<void>>()
  /** Cancels that their pool has not heard yet. */
  readonly #unheard = new Set<string>()
  readonly #times: PoolTimes
  readonly #abort = new AbortController()
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
    this.#times = new PoolTimes(deps.clock)
  }

  /** Migrations of earlier runs. What had not ended then is closed as unknown: nobody followed it. */
  restore(migrations: readonly Migration[]): void {
    for (const migration of migrations.slice(0, KEPT).toReversed()) {
      const known = hasEnded(migration.phase) ? migration : abandoned(migration, this.#deps.clock.now())
      this.states.set(known.id, known)
      if (known !== migration) this.#deps.store.putMigration(known)
    }
  }

  get running(): readonly Migration[] {
    return this.states.values().filter(migration => !hasEnded(migration.phase))
  }

  /** Pool time at which a VM's latest migration ended or, while it runs, began; null when it never moved. */
  lastMoved(vmId: string): number | null {
    const times = this.states
      .values()
      .filter(migration => migration.vmId === vmId && migration.phase !== 'cancelled')
      .map(migration => migration.endedAtMs ?? migration.startedAtMs)
    return times.length === 0 ? null : Math.max(...times)
  }

  /** Takes an order and returns the migration's id as soon as it is journalled. Throws what the order contradicts. */
  async start(order: MigrationOrder): Promise<string> {
    const pool = this.#deps.connections.poolOfVm(order.vmId)
    const isMoving = this.running.some(migration => migration.vmId === order.vmId)
    const state = acceptOrder(order, { pool, isMoving, thresholds: this.#deps.thresholds })
    const { migration } = state
    this.#engines.set(migration.id, state)
    this.#times.hear(migration.id, order.atMs)
    this.#publish(migration)
    this.#deps.operations.start({
      id: migration.id,
      kind: 'migration',
      title: `Migrate ${migration.vmName}`,
      cancel: () =>
        void this.control(migration.id, 'cancel').catch(error => this.#deps.log.warn(String(error))),
    })
    const journalled = this.#journal(migration.id)
    this.#journalling.set(migration.id, journalled)
    await journalled
    this.#journalling.delete(migration.id)
    if (this.#engine(migration.id).migration.requested === 'cancel') {
      await this.#apply(migration.id, { kind: 'withdrawn', atMs: this.#times.now(migration.id) })
      return migration.id
    }
    const run = this.#run(pool, migration.id).finally(() => {
      this.#runs.delete(migration.id)
      this.#unheard.delete(migration.id)
    })
    this.#runs.set(migration.id, run)
    return migration.id
  }

  /**
   * Passes an operator's command on. Throws `conflict` when it is too late for it, and why it was not passed on; a
   * cancel is kept until the pool can hear it.
   */
  async control(id: string, command: Exclude<MigrationCommand, 'continue'>): Promise<void> {
    const engine = this.#engines.get(id)
    const migration = this.states.get(id)
    if (!migration) {
      throw new Failure({
        code: 'not-found',
        message: 'There is no such migration.',
        remedy: 'It may be too old.',
      })
    }
    if (!engine || !migration.cancellable) throw tooLate(migration)
    if (command === 'cancel' && migration.requested === 'cancel') return
    this.#assertHears(migration, command)
    this.#deps.decisions.record(operatorDecision(migration, command, this.#times.now(id)))
    const refusal = await this.#apply(id, { kind: 'operator', command })
    if (refusal) throw refusal
  }

  /** Cancels every migration that still can be; returns how many were asked. */
  cancelAll(): number {
    const cancellable = this.running.filter(migration => migration.cancellable)
    for (const { id } of cancellable) {
      void this.control(id, 'cancel').catch(error =>
        this.#deps.log.warn('not cancelled', { id, why: String(error) }),
      )
    }
    return cancellable.length
  }

  async close(): Promise<void> {
    this.#abort.abort()
    await Promise.allSettled(this.#runs.values())
  }

  /** From the order to the end, across lost connections. */
  async #run(pool: LivePool, id: string): Promise<void> {
    const signal = this.#abort.signal
    const { migration } = this.#engine(id)
    try {
      const { vmId, destinationHostId } = migration
      await pool.hypervisor.startMigration({ id, vmId, destinationHostId }, signal)
    } catch (error) {
      if (signal.aborted) return
      const reason = error instanceof Failure ? `${error.message} ${error.remedy}` : String(error)
      if (!(error instanceof Failure)) this.#deps.log.error('a migration could not be started', error)
      await this.#apply(id, { kind: 'refused', reason, atMs: this.#times.now(id) })
      return
    }
    for (
      let silentSinceMs: number | null = null;
      !signal.aborted && !hasEnded(this.#engine(id).migration.phase);
    ) {
      const before = this.#engine(id).lastSequence
      if (this.#unheard.has(id) && this.#pool(migration)) await this.#control(id, 'cancel')
      await this.#follow(id, signal)
      const nowMs = this.#deps.clock.now()
      if (this.#engine(id).lastSequence > before) silentSinceMs = null
      else silentSinceMs ??= nowMs
      if (silentSinceMs !== null && nowMs - silentSinceMs > PATIENCE_MS) {
        const reason = 'The pool could not be reached for 10 minutes while the migration ran.'
        await this.#apply(id, { kind: 'lost', reason, atMs: this.#times.now(id) })
      }
      await this.#deps.clock.wait(RETRY_MS, signal).catch(() => {})
    }
  }

  /** Feeds the host's events to the engine until they end or the connection breaks. */
  async #follow(id: string, signal: AbortSignal): Promise<void> {
    const { migration, lastSequence } = this.#engine(id)
    const pool = this.#pool(migration)
    if (!pool) return
    try {
      for await (const event of pool.hypervisor.watchMigration(id, lastSequence, signal)) {
        this.#times.hear(id, event.atMs)
        await this.#apply(id, { kind: 'host', event })
        if (event.kind === 'started' || (event.kind === 'round-ended' && event.live))
          void this.#readHeat(pool, id)
        if (event.kind === 'round-ended' && event.ms > 0) {
          this.#deps.sampler.noteMigration(migration.vmId, (event.dirtiedPages * 1000) / event.ms, event.atMs)
        }
        if (hasEnded(this.#engine(id).migration.phase)) return
      }
    } catch (error) {
      if (signal.aborted || isAbort(error)) return
      this.#deps.log.warn('lost sight of a migration', { id, why: String(error) })
      if (error instanceof Failure && error.code === 'not-found') {
        const reason = 'The pool no longer knows this migration.'
        await this.#apply(id, { kind: 'lost', reason, atMs: this.#times.now(id) })
      }
    }
  }

  async #readHeat(pool: LivePool, id: string): Promise<void> {
    const { migration } = this.#engine(id)
    if (!this.#source(pool, migration)?.capabilities.pageHeat) return
    try {
      const reading = await pool.hypervisor.readPageHeat(migration.vmId, HEAT_REGIONS, this.#abort.signal)
      const heat = await this.#deps.clusterer.cluster(migration.vmId, reading)
      await this.#apply(id, { kind: 'heat', heat: summarizeHeat(heat) })
    } catch (error) {
      // Heat informs, nothing depends on it: a migration goes on without.
      if (!isAbort(error)) this.#deps.log.info('no page heat', { id, why: String(error) })
    }
  }

  /** Takes a step and carries out what it says; returns why a command of it was not carried out. */
  async #apply(id: string, event: EngineEvent): Promise<Failure | null> {
    const before = this.#engine(id)
    const { state, commands } = stepMigration(before, event, this.#context(before.migration))
    if (state === before) return null
    this.#engines.set(id, state)
    if (state.migration !== before.migration) this.#publish(state.migration)
    let refusal: Failure | null = null
    for (const command of commands) {
      if (command.kind === 'control') refusal = await this.#control(id, command.command)
      else this.#deps.decisions.record(roundDecision(state.migration, command.round, command.decision))
    }
    return refusal
  }

  /** Tells the host; returns why that was in vain. A cancel that is not heard stays requested, to be said again. */
  async #control(id: string, command: MigrationCommand): Promise<Failure | null> {
    await this.#journalling.get(id)
    const { migration } = this.#engine(id)
    if (hasEnded(migration.phase)) return null
    try {
      const pool = this.#pool(migration)
      if (!pool) throw poolAway(migration)
      await pool.hypervisor.controlMigration(id, command, this.#abort.signal)
    } catch (error) {
      if (isAbort(error)) return null
      return this.#onRefused(id, command, error)
    }
    if (command === 'cancel') this.#unheard.delete(id)
    await this.#apply(id, { kind: 'answered', command, accepted: true })
    return null
  }

  async #onRefused(id: string, command: MigrationCommand, error: unknown): Promise<Failure | null> {
    const { migration } = this.#engine(id)
    const why = error instanceof Error ? error.message : String(error)
    const words = `${migration.vmName} could not be told to ${command}: ${why}`
    const isKept = command === 'cancel' && error instanceof Failure && isUnheard(error)
    if (!this.#unheard.has(id)) this.#deps.log.warn(words, { id, command })
    if (isKept) {
      this.#unheard.add(id)
      return null
    }
    if (command === 'cancel') this.#unheard.delete(id)
    await this.#apply(id, { kind: 'answered', command, accepted: false })
    if (hasEnded(this.#engine(id).migration.phase)) return null
    if (error instanceof Failure) return error
    return new Failure({ code: 'internal', message: words, remedy: 'Try again; the log has more.' }, error)
  }

  #publish(migration: Migration): void {
    const { store, operations } = this.#deps
    const before = this.states.get(migration.id)
    this.states.set(migration.id, migration)
    const isStep = before?.phase !== migration.phase || before.rounds.length !== migration.rounds.length
    if (isStep) store.putMigration(migration)
    if (migration.phase === 'completed') operations.end(migration.id, 'succeeded')
    else if (migration.phase === 'cancelled') operations.end(migration.id, 'cancelled')
    else if (migration.phase === 'failed') operations.end(migration.id, 'failed', failureReport(migration))
    else {
      const { cancellable } = migration
      const progress = migrationProgress(migration, this.#times.now(migration.id))
      operations.progress(migration.id, { ...progress, cancellable })
    }
    if (isStep && hasEnded(migration.phase)) this.#deps.decisions.record(outcomeDecision(migration))
  }

  /** An order is on disk before the host has it; a history that cannot be written is told of elsewhere and stops nothing. */
  #journal(id: string): Promise<void> {
    return this.#deps.store
      .flush()
      .catch(error => this.#deps.log.warn('an order is not journalled', { id, why: String(error) }))
  }

  /** Throws what keeps a host from hearing a command; a cancel can wait. */
  #assertHears(migration: Migration, command: MigrationCommand): void {
    if (command === 'cancel') return
    const pool = this.#pool(migration)
    if (!pool) throw poolAway(migration)
    const { capabilities } = this.#context(migration)
    if (canBeTold(command, capabilities)) return
    throw cannotBeTold(this.#source(pool, migration)?.name ?? 'The host', command)
  }

  #pool(migration: Migration): LivePool | undefined {
    return this.#deps.connections.pool(migration.connectionId)
  }

  #engine(id: string): EngineState {
    const state = this.#engines.get(id)
    if (!state) throw new Error(`no engine for migration ${id}`)
    return state
  }

  #source(pool: LivePool, migration: Migration): Host | undefined {
    return pool.inventory.hosts.find(host => host.id === migration.sourceHostId)
  }

  #context(migration: Migration): EngineContext {
    const pool = this.#pool(migration)
    const source = pool && this.#source(pool, migration)
    return {
      policy: policies[migration.policy],
      thresholds: this.#deps.thresholds,
      forecast: this.#deps.forecastOf(migration.vmId),
      capabilities: source?.capabilities ?? NO_CAPABILITIES,
    }
  }
}
