import { Failure } from '../../shared/failure.ts'
import { NO_CAPABILITIES } from '../../shared/model/capabilities.ts'
import type { JournalEntry } from '../../shared/model/journal.ts'
import { type Migration, phasesBeforeRounds } from '../../shared/model/migration.ts'
import { canBeTold } from '../core/migration/can-be-told.ts'
import type { EngineState } from '../core/migration/engine-state.ts'
import type { OperatorCommand } from '../core/migration/engine-step.ts'
import { migrationProgress } from '../core/migration/migration-progress.ts'
import { migrationOf, stateOf } from '../core/migration/told-migration.ts'
import { hasEnded } from '../core/migration/transitions.ts'
import { acceptOrder, type MigrationOrder } from './accept-order.ts'
import { beingCancelled, cannotBeTold, poolAway, tooEarly, tooLate } from './control-refusals.ts'
import { LiveMap } from './live-map.ts'
import { type JournalledPast, readJournal } from './migration-journal.ts'
import { abandoned, failureReport, operatorDecision, outcomeDecision } from './migration-record.ts'
import { MigrationRun, type RunDeps } from './migration-run.ts'
import type { MigrationSteps } from './migration-steps.ts'
import { MoveQueue } from './move-queue.ts'
import type { Operations } from './operations.ts'
import { PoolTimes } from './pool-times.ts'

interface Deps extends RunDeps {
  readonly operations: Operations
}

const KEPT = 500

/** Runs migrations: has each journalled and carried out by a MigrationRun, and tells everybody how they stand. */
export class Migrator {
  readonly states = new LiveMap<Migration>(KEPT)
  readonly #runs = new Map<string, MigrationRun>()
  readonly #underWay = new Map<string, Promise<void>>()
  readonly #times: PoolTimes
  readonly #queue: MoveQueue
  readonly #abort = new AbortController()
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
    this.#times = new PoolTimes(deps.clock)
    const { maxConcurrentPerHost, maxConcurrentPerLink } = deps.thresholds
    this.#queue = new MoveQueue(() => ({
      perHost: maxConcurrentPerHost.value,
      perLink: maxConcurrentPerLink.value,
    }))
  }

  /**
   * Takes over from an earlier run of Longshore: its migrations, newest first, and its open journals. What had not ended
   * is gone on with. To be called once, before anything is started.
   */
  restore(migrations: readonly Migration[], journal: readonly JournalEntry[]): void {
    const open = readJournal(journal)
    const stored = new Map(migrations.map(migration => [migration.id, migration]))
    for (const migration of migrations.slice(0, KEPT).toReversed()) {
      if (hasEnded(migration.phase)) this.states.set(migration.id, migration)
      else if (!open.has(migration.id)) this.#keepEnd(abandoned(migration))
    }
    for (const [id, past] of open) this.#resume(stored.get(id) ?? past.migration, past)
  }

  get running(): readonly Migration[] {
    return this.states.values().filter(migration => !hasEnded(migration.phase))
  }

  /** The VMs of `running`. */
  get movingVmIds(): ReadonlySet<string> {
    return new Set(this.running.map(migration => migration.vmId))
  }

  /** Pool time at which a VM's latest migration ended or, while it runs, began; null when it never moved. */
  lastMoved(vmId: string): number | null {
    const times = this.states
      .values()
      .filter(migration => migration.vmId === vmId && !stayed(migration))
      .map(migration => migration.endedAtMs ?? migration.startedAtMs)
    return times.length === 0 ? null : Math.max(...times)
  }

  /** Takes an order and returns the migration's id as soon as it is journalled. Throws what the order contradicts. */
  async start(order: MigrationOrder): Promise<string> {
    const pool = this.#deps.connections.poolOfVm(order.vmId)
    const isMoving = this.running.some(migration => migration.vmId === order.vmId)
    const state = acceptOrder(order, {
      pool,
      isMoving,
      thresholds: this.#deps.thresholds,
      workingSet: this.#deps.workingSetOf(order.vmId),
    })
    const { id } = state.ledger
    this.#times.hear(id, order.atMs)
    const run = this.#launch(state, null)
    await run.steps.intend().catch(error => this.#withoutJournal(run.steps, order, error))
    this.#watch(id, run.carryOut(pool))
    return id
  }

  /**
   * Passes an operator's command on. Throws `conflict` when it is too early or too late for it, and why it was not passed on; a
   * cancel is kept until the pool can hear it.
   */
  async control(id: string, command: OperatorCommand): Promise<void> {
    const run = this.#runs.get(id)
    const migration = this.states.get(id)
    if (!migration) {
      throw new Failure({
        code: 'not-found',
        message: 'There is no such migration.',
        remedy: 'It may be too old.',
      })
    }
    if (!run || !migration.cancellable) throw tooLate(migration)
    if (command.kind === 'cancel' && migration.requested === 'cancel') return
    if (migration.requested === 'cancel') throw beingCancelled(migration)
    if (command.kind !== 'cancel') assertHears(run.steps, command)
    this.#deps.decisions.record(operatorDecision(migration, command, this.#times.now(id)))
    const refusal = await run.steps.apply({ kind: 'operator', command })
    if (refusal) throw refusal
  }

  /** Cancels every migration that still can be; returns how many were asked. */
  cancelAll(): number {
    const cancellable = this.running.filter(migration => migration.cancellable)
    for (const { id } of cancellable) {
      void this.control(id, { kind: 'cancel' }).catch(error =>
        this.#deps.log.warn('not cancelled', { id, why: String(error) }),
      )
    }
    return cancellable.length
  }

  async close(): Promise<void> {
    this.#abort.abort()
    await Promise.allSettled(this.#underWay.values())
  }

  #launch(state: EngineState, past: JournalledPast | null): MigrationRun {
    const migration = migrationOf(state)
    const run = new MigrationRun(
      state,
      {
        deps: this.#deps,
        times: this.#times,
        queue: this.#queue,
        signal: this.#abort.signal,
        onChange: (changed, note) => this.#publish(changed, note),
      },
      past,
    )
    this.#runs.set(migration.id, run)
    this.#deps.operations.start({
      id: migration.id,
      kind: 'migration',
      title: `Migrate ${migration.vmName}`,
      cancel: () =>
        void this.control(migration.id, { kind: 'cancel' }).catch(error =>
          this.#deps.log.warn(String(error)),
        ),
    })
    this.#publish(migration)
    return run
  }

  #watch(id: string, run: Promise<void>): void {
    const watched = run
      .catch(error => this.#deps.log.error('a migration is not followed any more', error, { id }))
      .finally(() => this.#underWay.delete(id))
    this.#underWay.set(id, watched)
  }

  #resume(migration: Migration, past: JournalledPast): void {
    if (hasEnded(migration.phase)) {
      this.#keepEnd(migration)
      return
    }
    const recovering = { sinceMs: this.#deps.clock.now() }
    const run = this.#launch(stateOf({ ...migration, recovering }), past)
    this.#watch(migration.id, run.resume())
  }

  /** A trigger's order is not carried out unjournalled; an operator's is: who gives it sees what becomes of it. */
  async #withoutJournal(steps: MigrationSteps, order: MigrationOrder, error: unknown): Promise<void> {
    const { id } = steps.migration
    this.#deps.log.warn('an order is not journalled', { id, why: String(error) })
    if (order.startedBy === 'operator') return
    const reason = 'It cannot be written to the journal, and by itself Longshore does nothing that is not.'
    steps.applyPast({ kind: 'refused', reason, atMs: this.#times.now(id) })
    steps.release()
    throw error
  }

  #publish(migration: Migration, note?: string): void {
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
    if (isStep && hasEnded(migration.phase)) this.#end(migration, note)
  }

  #keepEnd(migration: Migration): void {
    this.states.set(migration.id, migration)
    this.#deps.store.putMigration(migration)
    this.#end(migration)
  }

  /** Its outcome is written before the journal is closed: where that is missing, the end is found once more. */
  #end(migration: Migration, note?: string): void {
    const { id: migrationId, phase } = migration
    const { decisions, store, clock, log } = this.#deps
    this.#runs.delete(migrationId)
    this.#queue.leave(migrationId)
    decisions.record(outcomeDecision(migration, note))
    store
      .appendJournal({ migrationId, atMs: clock.now(), step: 'ended', phase })
      .catch(error => log.warn('an end is not journalled', { id: migrationId, why: String(error) }))
  }
}

/** Throws what keeps a host from hearing a command. */
const assertHears = ({ migration, pool, source }: MigrationSteps, command: OperatorCommand): void => {
  if (!pool) throw poolAway(migration)
  if (!canBeTold(command.kind, source?.capabilities ?? NO_CAPABILITIES))
    throw cannotBeTold(source?.name ?? 'The host', command.kind)
  const endsRounds = command.kind === 'switch' || command.kind === 'stop-and-copy'
  if (endsRounds && phasesBeforeRounds.has(migration.phase)) throw tooEarly(migration)
}

/** Whether a migration ended with the VM where it was: that is no move to rest from. */
const stayed = ({ phase, failure }: Migration): boolean =>
  phase === 'cancelled' || (phase === 'failed' && failure?.vmRunsAt === 'source')
