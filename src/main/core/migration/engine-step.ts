import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { Forecast } from '../../../shared/model/forecast.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import type { MigrationCommand, OperatorWord, PageOrder } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { WorkingSet } from '../../../shared/model/working-set.ts'
import type { Thresholds } from '../decision/thresholds.ts'
import type { Surroundings } from '../outlook/outlook.ts'
import { type EndedStage, type EngineState, isRevocable, type Ledger, type Stage } from './engine-state.ts'
import type { LinkReading } from './link-reading.ts'
import type { Policy, PolicyDecision } from './policy.ts'
import { reachedBy } from './told-migration.ts'
import { mayFollow } from './transitions.ts'

/** What an operator may ask of a running migration. */
export type OperatorCommand =
  | { readonly kind: OperatorWord }
  | Extract<MigrationCommand, { readonly kind: 'bandwidth' }>

export type EngineEvent =
  | { readonly kind: 'host'; readonly event: HostMigrationEvent }
  | { readonly kind: 'operator'; readonly command: OperatorCommand }
  /** The host's answer to a command: `accepted` false when it came too late. */
  | { readonly kind: 'answered'; readonly command: MigrationCommand; readonly accepted: boolean }
  /** Memory by heat as just read; `order` gives a class to each region. */
  | {
      readonly kind: 'heat'
      readonly heat: NonNullable<Migration['heat']>
      readonly order: PageOrder | null
    }
  /** What holds the order back, as one sentence; null: nothing any more. */
  | { readonly kind: 'waiting'; readonly because: string | null }
  /** The host is about to be given the order. */
  | { readonly kind: 'ordered' }
  /** The order was taken back before the host was given it. */
  | { readonly kind: 'withdrawn'; readonly atMs: number }
  /** The VM was not moved: the host did not take the order, or knows nothing of it. */
  | { readonly kind: 'refused'; readonly reason: string; readonly atMs: number }
  /** The host can no longer be asked; what became of the VM is not known. */
  | { readonly kind: 'lost'; readonly reason: string; readonly atMs: number }
  /** The VM was found halted. */
  | { readonly kind: 'perished'; readonly reason: string; readonly atMs: number }
  /** The VM was found at its destination; how it got there nobody told. */
  | { readonly kind: 'arrived'; readonly atMs: number }
  /** Nothing is heard of its host; wall-clock ms since when. */
  | { readonly kind: 'silent'; readonly sinceMs: number }
  | { readonly kind: 'heard' }

/** To be carried out in the order given: what was decided is kept before the host is told. */
export type EngineCommand =
  /** The policy's verdict on a round, to be kept. */
  | { readonly kind: 'decided'; readonly round: number; readonly decision: PolicyDecision }
  | { readonly kind: 'control'; readonly command: MigrationCommand }

export interface EngineContext {
  readonly policy: Policy
  readonly capabilities: Capabilities
  readonly thresholds: Thresholds
  readonly forecast: Forecast | null
  readonly surroundings: Surroundings | null
  /** What is known of how the VM dirties memory; null where nothing is. */
  readonly workingSet: WorkingSet | null
  readonly link?: LinkReading
}

export interface EngineStep {
  readonly state: EngineState
  readonly commands: readonly EngineCommand[]
}

/** The state as it is, and commands if there are any. */
export const stay = (state: EngineState, commands: readonly EngineCommand[] = []): EngineStep => ({
  state,
  commands,
})

export const control = (command: MigrationCommand): EngineCommand => ({ kind: 'control', command })

export const withLedger = (state: EngineState, change: Partial<Ledger>): EngineState => ({
  ...state,
  ledger: { ...state.ledger, ...change },
})

/** The state in another stage of the same phase, or of one that may follow; else as it is. */
export const enter = (state: EngineState, stage: Stage): EngineState => {
  const { phase } = state.stage
  return phase === stage.phase || mayFollow(phase, stage.phase) ? { ...state, stage } : state
}

/** The state after its end; the pass that was under way stays as it was when it broke off. */
export const end = (
  state: EngineState,
  how:
    | { readonly phase: 'completed'; readonly atMs: number }
    | { readonly phase: 'cancelled'; readonly atMs: number }
    | {
        readonly phase: 'failed'
        readonly atMs: number
        readonly failure: Extract<EndedStage, { phase: 'failed' }>['failure']
      },
): EngineState => {
  const { stage } = state
  const endedAtMs = how.atMs
  const reached = reachedBy(stage)
  const current = 'current' in stage ? stage.current : null
  const over = withLedger({ ...state, recovering: null }, { remaining: null })
  if (how.phase === 'completed') return enter(over, { phase: how.phase, endedAtMs, reached })
  if (how.phase === 'failed')
    return enter(over, { phase: how.phase, endedAtMs, reached, current, failure: how.failure })
  if (isRevocable(stage))
    return enter(over, { phase: how.phase, endedAtMs, announced: reached.ending, current })
  const reason = 'The host says that it was cancelled after the VM had been paused.'
  return enter(over, {
    phase: 'failed',
    endedAtMs,
    reached,
    current,
    failure: { reason, vmRunsAt: 'unknown' },
  })
}
