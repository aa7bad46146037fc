import { Failure, isAbort } from '../../shared/failure.ts'
import { NO_CAPABILITIES } from '../../shared/model/capabilities.ts'
import type { Forecast } from '../../shared/model/forecast.ts'
import type { PageHeat } from '../../shared/model/heat.ts'
import type { Host } from '../../shared/model/host.ts'
import type { JournalStep } from '../../shared/model/journal.ts'
import type { Migration } from '../../shared/model/migration.ts'
import {
  type CommandKind,
  commandRecordOf,
  isControlWord,
  type MigrationCommand,
} from '../../shared/model/migration-command.ts'
import type { WorkingSet } from '../../shared/model/working-set.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import { stepMigration } from '../core/migration/engine.ts'
import { type EngineState, isOver } from '../core/migration/engine-state.ts'
import type { EngineContext, EngineEvent } from '../core/migration/engine-step.ts'
import { policies } from '../core/migration/policies/index.ts'
import type { Policy } from '../core/migration/policy.ts'
import { migrationOf, stateOf } from '../core/migration/told-migration.ts'
import { stretchesOf } from '../core/outlook/memory-stretches.ts'
import { tiersOf } from '../core/outlook/memory-tiers.ts'
import type { TieredHeat } from '../core/outlook/outlook.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import type { Connections, LivePool } from './connections.ts'
import { isUnheard, poolAway } from './control-refusals.ts'
import type { Decisions } from './decisions.ts'
import { roundDecision } from './migration-record.ts'
import { migrationSurroundings } from './migration-surroundings.ts'

export interface StepDeps {
  readonly connections: Connections
  readonly decisions: Decisions
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly thresholds: Thresholds
  readonly forecastOf: (vmId: string) => Forecast | null
  /** Unique pages/s as last known; null where nothing is. */
  readonly dirtyRateOf: (vmId: string) => number | null
  readonly workingSetOf: (vmId: string) => WorkingSet | null
}

export interface StepAround {
  readonly deps: StepDeps
  /** Aborts when Longshore ends. */
  readonly signal: AbortSignal
  /** Told of every change; `note` replaces the usual words about how it ended. */
  readonly onChange: (migration: Migration, note?: string) => void
}

type Giver = 'operator' | 'policy'

/** The steps of one migration: each goes through the engine, into the journal, and only then to the host. */
export class MigrationSteps {
  readonly #around: StepAround
  readonly #id: string
  #state: EngineState
  #migration: Migration
  #isCancelUnheard = false
  #heat: TieredHeat | null = null
  /** What the policy has had the host take: it comes at the end of a round, and is not asked for again meanwhile. */
  #pending: CommandKind | null = null
  /** Nothing is told to the host before it has been given the order, and but for a cancel nothing before it has taken it. */
  readonly #given = Promise.withResolvers<void>()
  readonly #taken = Promise.withResolvers<void>()
  readonly #withdrawal = new AbortController()

  constructor(state: EngineState, around: StepAround) {
    this.#state = state
    this.#around = around
    this.#id = state.ledger.id
    this.#migration = migrationOf(state)
  }

  get migration(): Migration {
    return this.#migration
  }

  get lastSequence(): number {
    return this.#state.lastSequence
  }

  get hasEnded(): boolean {
    return isOver(this.#state.stage)
  }

  /** The pool while it is connected. */
  get pool(): LivePool | undefined {
    return this.#around.deps.connections.pool(this.migration.connectionId)
  }

  get source(): Host | undefined {
    return this.pool?.inventory.hosts.find(host => host.id === this.migration.sourceHostId)
  }

  /** Puts the intent onto the disk before anything else is done; rejects with a Failure `storage` when it cannot be. */
  async intend(): Promise<void> {
    await this.#journal({ step: 'intended', migration: this.migration })
  }

  /** The host has been given the order, and has not answered yet: from now on it hears that it is to cancel. */
  give(): void {
    this.#given.resolve()
  }

  /** The host has answered the order, or never will: what was asked meanwhile goes on. */
  release(): void {
    this.#given.resolve()
    this.#taken.resolve()
  }

  /** Writes a line; that it cannot be written is told of elsewhere and stops nothing that runs. */
  async note(step: JournalStep): Promise<void> {
    await this.#journal(step).catch(error => {
      if (!this.#around.signal.aborted)
        this.#around.deps.log.warn('not journalled', { id: this.#id, step: step.step, why: String(error) })
    })
  }

  /** Aborts when a cancel is asked for: before the order has been given nobody else hears of it. */
  get withdrawal(): AbortSignal {
    return this.#withdrawal.signal
  }

  /** Forgets what was known but for the intent: the host tells it again from its first report on. */
  startOver(intended: Migration): void {
    this.#become(stateOf(intended))
  }

  /** Page heat as just read, from `readAtMs` of the pool's time on: policies reckon with it from now on. */
  noteHeat(heat: PageHeat, readAtMs: number): void {
    const tiers = this.source?.capabilities.pageOrder ? tiersOf(heat) : stretchesOf(heat)
    this.#heat = { tiers, readAtMs }
  }

  /** Takes a step and carries out what it says; returns why a command of it was not carried out. */
  async apply(event: EngineEvent): Promise<Failure | null> {
    const { decisions } = this.#around.deps
    const { state, commands } = this.#step(event, policies[this.migration.policy])
    let refusal: Failure | null = null
    let reasons: readonly string[] = []
    for (const command of commands) {
      if (command.kind === 'decided') {
        reasons = command.decision.reasons
        decisions.record(roundDecision(this.migration, command.round, command.decision))
      } else {
        const by = event.kind === 'operator' ? 'operator' : 'policy'
        refusal = await this.#tell(command.command, { by, reasons, afterSequence: state.lastSequence })
      }
    }
    return refusal
  }

  /** Takes a step that is past: what it says was done then, or came to nothing. */
  applyPast(event: EngineEvent, policy: Policy = policies[this.migration.policy]): void {
    this.#step(event, policy)
  }

  /** Ends it with other words than the usual ones. */
  conclude(event: EngineEvent, note: string): void {
    this.#step(event, policies[this.migration.policy], note)
  }

  /** Tells the host once more to cancel when it may not have heard that. */
  async cancelUnheard(): Promise<void> {
    if (!this.#isCancelUnheard || !this.pool || this.hasEnded) return
    await this.#tell({ kind: 'cancel' }, { by: 'operator', reasons: [], afterSequence: this.lastSequence })
  }

  /** A cancel of an earlier run may not have reached the host. */
  doubtCancel(): void {
    this.#isCancelUnheard = true
  }

  #step(event: EngineEvent, policy: Policy, note?: string) {
    const step = stepMigration(this.#state, event, this.#context(policy))
    if (step.state !== this.#state) this.#become(step.state, note)
    return step
  }

  #become(state: EngineState, note?: string): void {
    this.#state = state
    this.#migration = migrationOf(state)
    if (this.#migration.requested === 'cancel') this.#withdrawal.abort()
    this.#around.onChange(this.#migration, note)
  }

  /** Returns why it was in vain. A cancel that is not heard stays requested, to be said again. */
  async #tell(
    command: MigrationCommand,
    why: { readonly by: Giver; readonly reasons: readonly string[]; readonly afterSequence: number },
  ): Promise<Failure | null> {
    await (command.kind === 'cancel' ? this.#given : this.#taken).promise
    if (this.hasEnded || (why.by === 'policy' && command.kind === this.#pending)) return null
    const told = this.note({
      step: 'told',
      ...commandRecordOf(command),
      round: this.migration.rounds.length,
      ...why,
    })
    // `continue` only saves the host's 100 ms of waiting: it does what would be done without it.
    if (command.kind !== 'continue') await told
    if (this.hasEnded || this.#around.signal.aborted) return null
    try {
      if (!this.pool) throw poolAway(this.migration)
      await this.pool.hypervisor.controlMigration(this.#id, command, this.#around.signal)
    } catch (error) {
      return isAbort(error) ? null : this.#onRefused(command, error)
    }
    if (command.kind === 'cancel') this.#isCancelUnheard = false
    if (isControlWord(command.kind)) this.#pending = command.kind === 'continue' ? null : command.kind
    return this.#answered(command, true)
  }

  async #onRefused(command: MigrationCommand, error: unknown): Promise<Failure | null> {
    const why = error instanceof Error ? error.message : String(error)
    const words = `${this.migration.vmName} could not be told to ${command.kind}: ${why}`
    if (!this.#isCancelUnheard) this.#around.deps.log.warn(words, { id: this.#id, command: command.kind })
    if (command.kind === 'cancel') {
      this.#isCancelUnheard = error instanceof Failure && isUnheard(error)
      if (this.#isCancelUnheard) return null
    }
    await this.#answered(command, false)
    if (this.hasEnded) return null
    if (error instanceof Failure) return error
    return new Failure({ code: 'internal', message: words, remedy: 'Try again; the log has more.' }, error)
  }

  async #answered(command: MigrationCommand, accepted: boolean): Promise<null> {
    if (command.kind !== 'continue') void this.note({ step: 'answered', command: command.kind, accepted })
    await this.apply({ kind: 'answered', command, accepted })
    return null
  }

  #journal(step: JournalStep): Promise<void> {
    const { store, clock } = this.#around.deps
    return store.appendJournal({ migrationId: this.#id, atMs: clock.now(), ...step })
  }

  #context(policy: Policy): EngineContext {
    const { thresholds, forecastOf, dirtyRateOf, workingSetOf } = this.#around.deps
    const { vmId } = this.migration
    const capabilities = this.source?.capabilities ?? NO_CAPABILITIES
    const vcpuCount = this.pool?.inventory.vms.find(vm => vm.id === vmId)?.vcpuCount ?? 1
    const known = { heat: this.#heat, dirtyPagesPerSecond: dirtyRateOf(vmId) }
    const surroundings = migrationSurroundings(this.migration, known, { vcpuCount, capabilities, policy })
    const [forecast, workingSet] = [forecastOf(vmId), workingSetOf(vmId)]
    return { policy, thresholds, forecast, capabilities, surroundings, workingSet }
  }
}
