import { assertNever } from '../../../shared/failure.ts'
import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { Forecast } from '../../../shared/model/forecast.ts'
import type { Migration, MigrationPhase } from '../../../shared/model/migration.ts'
import type { CommandKind, MigrationCommand, OperatorWord } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'
import type { Thresholds } from '../decision/thresholds.ts'
import { dirtyRatio } from './dirty-ratio.ts'
import type { Policy, PolicyDecision } from './policy.ts'
import { predictOutcome } from './predict-outcome.ts'

/** A migration as the engine knows it. `lastSequence` makes doubled and late host events harmless. */
export interface EngineState {
  readonly migration: Migration
  readonly lastSequence: number
}

/** What an operator may ask of a running migration. */
export type OperatorCommand = Exclude<MigrationCommand, { readonly kind: 'page-order' }> & {
  readonly kind: OperatorWord | 'bandwidth'
}

export type EngineEvent =
  | { readonly kind: 'host'; readonly event: HostMigrationEvent }
  | { readonly kind: 'operator'; readonly command: OperatorCommand }
  /** The host's answer to a command: `accepted` false when it came too late. */
  | { readonly kind: 'answered'; readonly command: CommandKind; readonly accepted: boolean }
  | { readonly kind: 'heat'; readonly heat: NonNullable<Migration['heat']> }
  /** The order was taken back before the host was given it. */
  | { readonly kind: 'withdrawn'; readonly atMs: number }
  /** The host did not take the order: nothing was begun. */
  | { readonly kind: 'refused'; readonly reason: string; readonly atMs: number }
  /** The host can no longer be asked; what became of the VM is not known. */
  | { readonly kind: 'lost'; readonly reason: string; readonly atMs: number }

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
}

export interface EngineStep {
  readonly state: EngineState
  readonly commands: readonly EngineCommand[]
}

/** The most marks a migration keeps of its post-copy tail; beyond it every second one is dropped. */
const MAX_MARKS = 256

/** The engine's state before the host has said anything. */
export const beginMigration = (
  order: Pick<
    Migration,
    | 'id'
    | 'connectionId'
    | 'vmId'
    | 'vmName'
    | 'sourceHostId'
    | 'destinationHostId'
    | 'policy'
    | 'startedBy'
    | 'startedAtMs'
    | 'memoryPages'
    | 'linkBytesPerSecond'
  > &
    Partial<Pick<Migration, 'network' | 'taskProgress'>>,
): EngineState => ({
  lastSequence: 0,
  migration: {
    network: null,
    taskProgress: null,
    ...order,
    phase: 'checks',
    bandwidthLimitBytesPerSecond: null,
    orderedRegions: null,
    waitingFor: null,
    diskCopy: null,
    remaining: null,
    endedAtMs: null,
    rounds: [],
    current: null,
    ending: null,
    pausedAtMs: null,
    resumedAtMs: null,
    downtimeMs: null,
    postCopy: null,
    bytesSent: 0,
    retransmittedPages: 0,
    predictions: [],
    heat: null,
    cancellable: true,
    requested: null,
    recovering: null,
    failure: null,
  },
})

/** Whether a host can be told this; a cancel goes by its task where it cannot be told anything else. */
export const canBeTold = (command: CommandKind, capabilities: Capabilities): boolean => {
  switch (command) {
    case 'cancel':
      return true
    case 'switch':
      return capabilities.postCopy
    case 'continue':
    case 'stop-and-copy':
      return capabilities.stopAndCopy
    case 'bandwidth':
      return capabilities.bandwidth
    case 'page-order':
      return capabilities.pageOrder
    default:
      return assertNever(command)
  }
}

/** Whether nothing more can happen to a migration in this phase. */
export const hasEnded = (phase: MigrationPhase): boolean =>
  phase === 'completed' || phase === 'failed' || phase === 'cancelled'

const unchanged = (state: EngineState): EngineStep => ({ state, commands: [] })

const withMigration = (
  state: EngineState,
  change: Partial<Migration>,
  commands: readonly EngineCommand[] = [],
): EngineStep => ({ state: { ...state, migration: { ...state.migration, ...change } }, commands })

const ended = (
  state: EngineState,
  phase: 'completed' | 'failed' | 'cancelled',
  change: Partial<Migration> & { readonly endedAtMs: number },
): EngineStep =>
  withMigration(state, {
    ...change,
    phase,
    current: null,
    cancellable: false,
    requested: null,
    recovering: null,
  })

/** Pages sent again: everything sent in full beyond the first pass. */
const retransmitted = (migration: Migration): number =>
  migration.rounds.slice(1).reduce((sum, round) => sum + round.sentPages, 0) +
  (migration.postCopy ? migration.postCopy.pushedPages + migration.postCopy.demandFaults : 0)

const predictionsAfter = (migration: Migration, context: EngineContext): Migration['predictions'] => {
  const round = migration.rounds.at(-1)
  if (!round) return migration.predictions
  const prediction = predictOutcome(
    {
      afterRound: round.index,
      elapsedMs: round.startedAtMs + round.ms - migration.startedAtMs,
      bytesSent: migration.bytesSent,
      remainingPages: round.dirtiedPages,
      dirtyRatio: dirtyRatio(round),
      bandwidthBytesPerSecond: Math.max(1, round.bandwidthBytesPerSecond),
    },
    context.policy.limits(context),
  )
  return [...migration.predictions, prediction]
}

type HostEvent<K extends HostMigrationEvent['kind']> = Extract<HostMigrationEvent, { kind: K }>

const onRoundEnded = (
  state: EngineState,
  event: HostEvent<'round-ended'>,
  context: EngineContext,
): EngineStep => {
  const { migration } = state
  const round = {
    index: event.round,
    live: event.live,
    startedAtMs: event.atMs - event.ms,
    ms: event.ms,
    sentPages: event.sentPages,
    dirtiedPages: event.dirtiedPages,
    bandwidthBytesPerSecond:
      event.ms > 0 ? (event.bytesSent * 1000) / event.ms : migration.linkBytesPerSecond,
  }
  const rounds = [...migration.rounds, round]
  const next: Migration = {
    ...migration,
    rounds,
    current: null,
    bytesSent: migration.bytesSent + event.bytesSent,
    retransmittedPages: retransmitted({ ...migration, rounds }),
  }
  if (!event.live) return withMigration(state, next)

  const predicted = { ...next, predictions: predictionsAfter(next, context) }
  // A request of the operator's is already with the host, or the host cannot be told: the policy has nothing to say.
  if (migration.requested || !canBeTold('continue', context.capabilities))
    return withMigration(state, predicted)
  const decision = context.policy.afterRound({ migration: predicted, round, ...context })
  const ending =
    decision.action === 'continue'
      ? null
      : {
          kind: decision.action === 'switch' ? ('post-copy' as const) : ('stop-and-copy' as const),
          atMs: event.atMs,
          afterRound: round.index,
          reasons: decision.reasons,
        }
  return withMigration(state, { ...predicted, ending }, [
    { kind: 'decided', round: round.index, decision },
    { kind: 'control', command: { kind: decision.action } },
  ])
}

type Ending = NonNullable<Migration['ending']>

const endingByOperator = ({ requested, rounds }: Migration, atMs: number): Ending | null => {
  if (requested !== 'switch' && requested !== 'stop-and-copy') return null
  const kind = requested === 'switch' ? 'post-copy' : 'stop-and-copy'
  return { kind, atMs, afterRound: rounds.length, reasons: ['The operator asked for it.'] }
}

const endingByHost = ({ rounds }: Migration, atMs: number): Ending => ({
  kind: 'stop-and-copy',
  atMs,
  afterRound: rounds.length,
  reasons: ['The host ended pre-copy by its own rule.'],
})

const onPaused = (state: EngineState, event: HostEvent<'paused'>): EngineStep => {
  const { migration } = state
  const ending =
    endingByOperator(migration, event.atMs) ?? migration.ending ?? endingByHost(migration, event.atMs)
  return withMigration(state, {
    phase: ending.kind === 'post-copy' ? 'paused' : 'stop-and-copy',
    ending,
    pausedAtMs: event.atMs,
    current: null,
    cancellable: false,
    requested: null,
  })
}

const onResumed = (state: EngineState, event: HostEvent<'resumed'>): EngineStep => {
  const change = { resumedAtMs: event.atMs, downtimeMs: event.pauseMs, cancellable: false, requested: null }
  if (event.remainingPages === 0) return withMigration(state, change)
  const mark = { atMs: event.atMs, pushedPages: 0, demandFaults: 0 }
  return withMigration(state, {
    ...change,
    phase: 'post-copy',
    postCopy: {
      pushedPages: 0,
      demandFaults: 0,
      stallMs: 0,
      remainingPages: event.remainingPages,
      marks: [mark],
    },
  })
}

const onPostCopyProgress = (state: EngineState, event: HostEvent<'post-copy-progress'>): EngineStep => {
  const { migration } = state
  const { atMs, pushedPages, demandFaults, remainingPages, stallMs } = event
  const marks = [...(migration.postCopy?.marks ?? []), { atMs, pushedPages, demandFaults }]
  const postCopy = {
    pushedPages,
    demandFaults,
    remainingPages,
    stallMs,
    marks: marks.length > MAX_MARKS ? marks.filter((_, i) => i % 2 === 0 || i === marks.length - 1) : marks,
  }
  const sentBefore = migration.postCopy ? migration.postCopy.pushedPages + migration.postCopy.demandFaults : 0
  return withMigration(state, {
    phase: 'post-copy',
    postCopy,
    bytesSent: migration.bytesSent + (pushedPages + demandFaults - sentBefore) * PAGE_BYTES,
    retransmittedPages: retransmitted({ ...migration, postCopy }),
  })
}

const onProgress = (state: EngineState, { ratio, atMs }: HostEvent<'progress'>): EngineStep => {
  const { phase, taskProgress } = state.migration
  const highestRatio = Math.max(ratio, taskProgress?.highestRatio ?? 0)
  return withMigration(state, {
    phase: phase === 'checks' ? 'pre-copy' : phase,
    taskProgress: { ratio, highestRatio, atMs },
  })
}

const onHost = (state: EngineState, event: HostMigrationEvent, context: EngineContext): EngineStep => {
  const { migration } = state
  switch (event.kind) {
    case 'started':
      return withMigration(state, {
        phase: 'pre-copy',
        startedAtMs: event.atMs,
        memoryPages: event.memoryPages,
        linkBytesPerSecond: event.linkBytesPerSecond,
      })
    case 'round-progress': {
      const { round, sentPages, dirtiedPages, remainingPages } = event
      const startedAtMs =
        migration.current?.round === round
          ? migration.current.startedAtMs
          : Math.max(migration.startedAtMs, ...migration.rounds.map(r => r.startedAtMs + r.ms))
      return withMigration(state, {
        phase: migration.pausedAtMs === null ? 'pre-copy' : migration.phase,
        current: { round, startedAtMs, sentPages, dirtiedPages, remainingPages },
      })
    }
    case 'round-ended':
      return onRoundEnded(state, event, context)
    case 'paused':
      return onPaused(state, event)
    case 'resumed':
      return onResumed(state, event)
    case 'post-copy-progress':
      return onPostCopyProgress(state, event)
    case 'disk-progress': {
      const { copiedBytes, totalBytes } = event
      return withMigration(state, { phase: 'disk-copy', diskCopy: { copiedBytes, totalBytes } })
    }
    case 'progress':
      return onProgress(state, event)
    case 'completed': {
      const postCopy = migration.postCopy && {
        ...migration.postCopy,
        remainingPages: 0,
        stallMs: event.stallMs ?? migration.postCopy.stallMs,
      }
      const bytesSent = event.bytesSent ?? migration.bytesSent
      return ended(state, 'completed', { endedAtMs: event.atMs, bytesSent, postCopy })
    }
    case 'failed': {
      const { reason, vmRunsAt } = event
      return ended(state, 'failed', { endedAtMs: event.atMs, failure: { reason, vmRunsAt } })
    }
    case 'cancelled':
      return ended(state, 'cancelled', { endedAtMs: event.atMs })
    default:
      return assertNever(event)
  }
}

const onOperator = (
  state: EngineState,
  command: OperatorCommand,
  { capabilities }: EngineContext,
): EngineStep => {
  const { migration } = state
  if (!migration.cancellable || !canBeTold(command.kind, capabilities)) return unchanged(state)
  if (command.kind === 'bandwidth')
    return withMigration(state, { bandwidthLimitBytesPerSecond: command.bytesPerSecond }, [
      { kind: 'control', command },
    ])
  return withMigration(state, { requested: command.kind }, [{ kind: 'control', command }])
}

/** A refused command changes nothing at the host: what it announced is taken back. */
const onAnswered = (state: EngineState, command: CommandKind, accepted: boolean): EngineStep => {
  const { migration } = state
  if (
    accepted ||
    command === 'continue' ||
    command === 'bandwidth' ||
    command === 'page-order' ||
    migration.pausedAtMs !== null
  )
    return unchanged(state)
  if (migration.requested === command) return withMigration(state, { requested: null })
  return withMigration(state, { ending: null })
}

/**
 * One step of a migration: what an event makes of it, and what is to be done about it (S1 3.4). The host does the page
 * work; this only decides. Events out of order, doubled or after the end change nothing.
 */
export const stepMigration = (state: EngineState, event: EngineEvent, context: EngineContext): EngineStep => {
  if (hasEnded(state.migration.phase)) return unchanged(state)
  switch (event.kind) {
    case 'host': {
      if (event.event.sequence <= state.lastSequence) return unchanged(state)
      return onHost({ ...state, lastSequence: event.event.sequence }, event.event, context)
    }
    case 'operator':
      return onOperator(state, event.command, context)
    case 'answered':
      return onAnswered(state, event.command, event.accepted)
    case 'heat':
      return withMigration(state, { heat: event.heat })
    case 'withdrawn':
      return ended(state, 'cancelled', { endedAtMs: event.atMs })
    case 'refused':
      return ended(state, 'failed', {
        endedAtMs: event.atMs,
        failure: { reason: event.reason, vmRunsAt: 'source' },
      })
    case 'lost':
      return ended(state, 'failed', {
        endedAtMs: event.atMs,
        failure: { reason: event.reason, vmRunsAt: 'unknown' },
      })
    default:
      return assertNever(event)
  }
}
