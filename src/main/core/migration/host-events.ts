import { assertNever } from '../../../shared/failure.ts'
import type { Migration, Round } from '../../../shared/model/migration.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'
import { afterLiveRound, duringRound } from './after-round.ts'
import { memoryStartMs, plusDiskBytes } from './disk-share.ts'
import { endingAtPause, endingByHost } from './endings.ts'
import {
  type EngineState,
  isBeforeRounds,
  isRevocable,
  type Ledger,
  type Paused,
  type Resumed,
  type RevocableStage,
  type Tail,
} from './engine-state.ts'
import { type EngineContext, type EngineStep, end, enter, stay, withLedger } from './engine-step.ts'
import { reachedBy } from './told-migration.ts'

type HostEvent<K extends HostMigrationEvent['kind']> = Extract<HostMigrationEvent, { kind: K }>

/** The most marks a migration keeps of its post-copy tail; beyond it every second one is dropped. */
const MAX_MARKS = 256

/** The round that `event` is the latest news of has been told already. */
const isKnownRound = ({ ledger }: EngineState, round: number): boolean =>
  round <= (ledger.rounds.at(-1)?.index ?? 0)

/** The stage with its rounds begun, whether or not their start was heard. */
const inRounds = (stage: RevocableStage): Extract<RevocableStage, { phase: 'pre-copy' | 'switching' }> =>
  stage.phase === 'pre-copy' || stage.phase === 'switching'
    ? stage
    : { phase: 'pre-copy', current: null, requested: stage.requested, announced: null }

const onStarted = (state: EngineState, event: HostEvent<'started'>): EngineState => {
  const { stage, ledger } = state
  if (!isBeforeRounds(stage)) return state
  const { memoryPages, linkBytesPerSecond } = event
  const startedAtMs = ledger.diskCopy === null ? event.atMs : ledger.startedAtMs
  const told = withLedger(state, { memoryPages, linkBytesPerSecond, startedAtMs })
  return enter(told, inRounds(stage))
}

/** The ledger from the first report of a disk on: the migration began with it, and what was expected is more by it. */
const withFirstDisk = ({ ledger }: EngineState, event: HostEvent<'disk-progress'>): Partial<Ledger> => ({
  startedAtMs: event.atMs,
  predictions: ledger.predictions.map(prediction =>
    plusDiskBytes(prediction, event.totalBytes, ledger.linkBytesPerSecond),
  ),
})

const onDiskProgress = (state: EngineState, event: HostEvent<'disk-progress'>): EngineState => {
  const { stage, ledger } = state
  if (!isBeforeRounds(stage)) return state
  const knownBytes = ledger.diskCopy?.copiedBytes ?? 0
  const copiedBytes = Math.max(event.copiedBytes, knownBytes)
  const told = withLedger(state, {
    ...(ledger.diskCopy === null && withFirstDisk(state, event)),
    diskCopy: { copiedBytes, totalBytes: Math.max(event.totalBytes, copiedBytes), atMs: event.atMs },
    bytesSent: ledger.bytesSent + copiedBytes - knownBytes,
  })
  return enter(told, { phase: 'disk-copy', requested: stage.requested })
}

const onRoundProgress = (state: EngineState, event: HostEvent<'round-progress'>): EngineState => {
  const { stage, ledger } = state
  if (isKnownRound(state, event.round)) return state
  const { round, sentPages, dirtiedPages, remainingPages } = event
  const before = 'current' in stage ? stage.current : null
  if (before && before.round > round) return state
  const startedAtMs =
    before?.round === round
      ? before.startedAtMs
      : Math.max(memoryStartMs(ledger), ...ledger.rounds.map(done => done.startedAtMs + done.ms))
  const counted = before?.round === round ? before.dirtiedPages : null
  const current = {
    round,
    startedAtMs,
    sentPages,
    dirtiedPages,
    remainingPages,
    atMs: event.atMs,
    ...(counted !== null &&
      before?.atMs !== undefined && { previous: { atMs: before.atMs, dirtiedPages: counted } }),
  }
  if (stage.phase === 'stop-and-copy') return enter(state, { ...stage, current })
  return isRevocable(stage) ? enter(state, { ...inRounds(stage), current }) : state
}

const withRound = (state: EngineState, event: HostEvent<'round-ended'>): EngineState => {
  const { ledger, stage } = state
  const round: Round = {
    index: event.round,
    live: event.live,
    startedAtMs: event.atMs - event.ms,
    ms: event.ms,
    sentPages: event.sentPages,
    dirtiedPages: event.dirtiedPages,
    ...(event.unsentPages !== undefined && { unsentPages: event.unsentPages }),
    bandwidthBytesPerSecond: event.ms > 0 ? (event.bytesSent * 1000) / event.ms : ledger.linkBytesPerSecond,
  }
  const rounds = [...ledger.rounds, round]
  const told = withLedger(state, { rounds, bytesSent: ledger.bytesSent + event.bytesSent })
  return 'current' in stage ? enter(told, { ...stage, current: null }) : told
}

const onRoundEnded = (
  state: EngineState,
  event: HostEvent<'round-ended'>,
  context: EngineContext,
): EngineStep => {
  const { stage, ledger } = state
  if (isKnownRound(state, event.round)) return stay(state)
  if (!isRevocable(stage))
    return stay(stage.phase === 'stop-and-copy' && !event.live ? withRound(state, event) : state)
  if (event.live) return afterLiveRound(withRound(enter(state, inRounds(stage)), event), context)
  // The report of the pause was lost; the pass that has ended began with it.
  const pausedAtMs = event.atMs - event.ms
  const ending = endingByHost(ledger, pausedAtMs)
  return stay(withRound(enter(state, { phase: 'stop-and-copy', ending, pausedAtMs, current: null }), event))
}

const onPaused = (state: EngineState, event: HostEvent<'paused'>): EngineState => {
  const { stage } = state
  if (!isRevocable(stage)) return state
  const ending = endingAtPause(state, event.atMs)
  const pause: Paused = { ending, pausedAtMs: event.atMs }
  return enter(
    state,
    ending.kind === 'post-copy'
      ? { ...pause, phase: 'paused' }
      : { ...pause, phase: 'stop-and-copy', current: null },
  )
}

/** The pause as it is known, where its end or what came after is told first. */
const resumption = (state: EngineState, kind: 'post-copy' | null, atMs: number): Resumed => {
  const { ending, pausedAtMs, resumedAtMs, downtimeMs } = reachedBy(state.stage)
  const known = ending ?? endingAtPause(state, atMs)
  return { ending: kind ? { ...known, kind } : known, pausedAtMs, resumedAtMs, downtimeMs }
}

const onResumed = (state: EngineState, event: HostEvent<'resumed'>): EngineState => {
  const { atMs, pauseMs, remainingPages } = event
  const isLeft = remainingPages > 0
  const before = resumption(state, isLeft ? 'post-copy' : null, atMs)
  const resumed = {
    ...before,
    pausedAtMs: before.pausedAtMs ?? atMs - pauseMs,
    resumedAtMs: atMs,
    downtimeMs: pauseMs,
  }
  if (state.stage.phase === 'post-copy' || state.stage.phase === 'completing') return state
  if (!isLeft) return enter(state, { ...resumed, phase: 'completing', tail: null })
  const mark = { atMs, pushedPages: 0, demandFaults: 0 }
  const tail = { pushedPages: 0, demandFaults: 0, stallMs: null, remainingPages, marks: [mark] }
  return enter(state, { ...resumed, phase: 'post-copy', tail })
}

/** What the guest's heartbeat has shown so far; nothing where nobody hears it. */
const heartbeatWith = (
  before: Tail | null,
  { heartbeat }: HostEvent<'post-copy-progress'>,
): Pick<Tail, 'heartbeat'> => {
  const known = before?.heartbeat
  if (heartbeat === undefined) return known === undefined ? {} : { heartbeat: known }
  return {
    heartbeat: {
      stallMs: Math.max(heartbeat.stallMs, known?.stallMs ?? 0),
      longestGapMs: Math.max(heartbeat.longestGapMs, known?.longestGapMs ?? 0),
    },
  }
}

const tailWith = (before: Tail | null, event: HostEvent<'post-copy-progress'>): Tail => {
  const pushedPages = Math.max(event.pushedPages, before?.pushedPages ?? 0)
  const demandFaults = Math.max(event.demandFaults, before?.demandFaults ?? 0)
  const known = before?.stallMs ?? null
  const marks = [...(before?.marks ?? []), { atMs: event.atMs, pushedPages, demandFaults }]
  return {
    pushedPages,
    demandFaults,
    stallMs: event.stallMs === null ? known : Math.max(event.stallMs, known ?? 0),
    ...heartbeatWith(before, event),
    remainingPages: event.remainingPages,
    marks: marks.length > MAX_MARKS ? marks.filter((_, i) => i % 2 === 0 || i === marks.length - 1) : marks,
  }
}

const arrivedPages = (tail: Tail | null): number => (tail ? tail.pushedPages + tail.demandFaults : 0)

const onPostCopyProgress = (state: EngineState, event: HostEvent<'post-copy-progress'>): EngineState => {
  const { stage, ledger } = state
  if (stage.phase === 'completing') return state
  const before = stage.phase === 'post-copy' ? stage.tail : null
  const tail = tailWith(before, event)
  const resumed = resumption(state, 'post-copy', event.atMs)
  const bytes = (arrivedPages(tail) - arrivedPages(before)) * PAGE_BYTES
  const told = withLedger(state, { bytesSent: ledger.bytesSent + bytes })
  const phase = tail.remainingPages === 0 ? 'completing' : 'post-copy'
  return enter(told, { ...resumed, phase, tail })
}

const onProgress = (state: EngineState, { ratio, atMs }: HostEvent<'progress'>): EngineState => {
  const { stage, ledger } = state
  const highestRatio = Math.max(ratio, ledger.taskProgress?.highestRatio ?? 0)
  const told = withLedger(state, { taskProgress: { ratio, highestRatio, atMs } })
  return isRevocable(stage) ? enter(told, inRounds(stage)) : told
}

const onCompleted = (state: EngineState, event: HostEvent<'completed'>): EngineState => {
  const bytesSent = Math.max(event.bytesSent ?? 0, state.ledger.bytesSent)
  const { probes, hostDowntimeMs } = event
  const told = { ...(probes && { probes }), ...(hostDowntimeMs !== undefined && { hostDowntimeMs }) }
  const over = end(withLedger(state, { bytesSent, ...told }), {
    phase: 'completed',
    atMs: event.atMs,
  })
  if (over.stage.phase !== 'completed' || !over.stage.reached.tail) return over
  const { tail } = over.stage.reached
  const whole: Migration['postCopy'] = { ...tail, remainingPages: 0, stallMs: event.stallMs ?? tail.stallMs }
  return { ...over, stage: { ...over.stage, reached: { ...over.stage.reached, tail: whole } } }
}

/** What a report of the host makes of a migration. What contradicts what is known already changes nothing. */
export const onHostEvent = (
  state: EngineState,
  event: HostMigrationEvent,
  context: EngineContext,
): EngineStep => {
  switch (event.kind) {
    case 'started':
      return duringRound(onStarted(state, event), event.atMs, context)
    case 'disk-progress':
      return stay(onDiskProgress(state, event))
    case 'round-progress':
      return duringRound(onRoundProgress(state, event), event.atMs, context)
    case 'round-ended':
      return onRoundEnded(state, event, context)
    case 'paused':
      return stay(onPaused(state, event))
    case 'resumed':
      return stay(onResumed(state, event))
    case 'post-copy-progress':
      return stay(onPostCopyProgress(state, event))
    case 'progress':
      return stay(onProgress(state, event))
    case 'completed':
      return stay(onCompleted(state, event))
    case 'failed': {
      const { reason, vmRunsAt, atMs } = event
      return stay(end(state, { phase: 'failed', atMs, failure: { reason, vmRunsAt } }))
    }
    case 'cancelled':
      return stay(end(state, { phase: 'cancelled', atMs: event.atMs }))
    default:
      return assertNever(event)
  }
}
