import { assertNever } from '../../../shared/failure.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import {
  type EngineState,
  isRevocable,
  type Ledger,
  type Reached,
  type Stage,
  type Tail,
} from './engine-state.ts'

const NOWHERE: Reached = { ending: null, pausedAtMs: null, resumedAtMs: null, downtimeMs: null, tail: null }

/** How far a migration has come, whatever its phase. */
export const reachedBy = (stage: Stage): Reached => {
  switch (stage.phase) {
    case 'checks':
    case 'reserve':
    case 'disk-copy':
      return NOWHERE
    case 'pre-copy':
    case 'switching':
    case 'cancelled':
      return { ...NOWHERE, ending: stage.announced }
    case 'paused':
    case 'stop-and-copy':
      return { ...NOWHERE, ending: stage.ending, pausedAtMs: stage.pausedAtMs }
    case 'post-copy':
    case 'completing': {
      const { ending, pausedAtMs, resumedAtMs, downtimeMs, tail } = stage
      return { ending, pausedAtMs, resumedAtMs, downtimeMs, tail }
    }
    case 'completed':
    case 'failed':
      return stage.reached
    default:
      return assertNever(stage)
  }
}

/** Pages that the first pass left unsent because it was cut short; none where it was not told. */
const leftByFirstPass = ({ rounds, memoryPages }: Ledger): number => {
  const [first] = rounds
  return first === undefined || first.index === 1 ? Math.max(0, memoryPages - (first?.sentPages ?? 0)) : 0
}

/** Pages sent again: all that came after the first pass, but for what that had not sent. */
const retransmitted = (ledger: Ledger, tail: Tail | null): number => {
  const later = ledger.rounds.slice(1).reduce((sum, round) => sum + round.sentPages, 0)
  const pushed = tail ? tail.pushedPages + tail.demandFaults : 0
  return Math.max(0, later + pushed - leftByFirstPass(ledger))
}

/** The state as windows and the store are told it. */
export const migrationOf = ({ ledger, stage, recovering }: EngineState): Migration => {
  const { tail, ...reached } = reachedBy(stage)
  return {
    ...ledger,
    ...reached,
    postCopy: tail,
    phase: stage.phase,
    endedAtMs: 'endedAtMs' in stage ? stage.endedAtMs : null,
    waitingFor: stage.phase === 'checks' ? stage.waitingFor : null,
    current: 'current' in stage ? stage.current : null,
    retransmittedPages: retransmitted(ledger, tail),
    cancellable: isRevocable(stage),
    requested: isRevocable(stage) ? stage.requested : null,
    recovering,
    failure: stage.phase === 'failed' ? stage.failure : null,
  }
}

const UNTOLD: NonNullable<Migration['ending']> = {
  kind: 'stop-and-copy',
  atMs: 0,
  afterRound: 0,
  reasons: ['How pre-copy ended was not reported.'],
}
const NO_TAIL: Tail = { pushedPages: 0, demandFaults: 0, stallMs: null, remainingPages: 0, marks: [] }

const stageOf = (told: Migration): Stage => {
  const { phase, requested, current, pausedAtMs, resumedAtMs, downtimeMs, postCopy: tail } = told
  const ending = told.ending ?? UNTOLD
  const endedAtMs = told.endedAtMs ?? told.startedAtMs
  const reached = { ending: told.ending, pausedAtMs, resumedAtMs, downtimeMs, tail }
  switch (phase) {
    case 'checks':
      return { phase, requested, waitingFor: told.waitingFor }
    case 'reserve':
    case 'disk-copy':
      return { phase, requested }
    case 'pre-copy':
    case 'switching':
      return { phase, requested, current, announced: told.ending }
    case 'paused':
      return { phase, ending, pausedAtMs }
    case 'stop-and-copy':
      return { phase, ending, pausedAtMs, current }
    case 'post-copy':
      return { phase, ending, pausedAtMs, resumedAtMs, downtimeMs, tail: tail ?? NO_TAIL }
    case 'completing':
      return { phase, ending, pausedAtMs, resumedAtMs, downtimeMs, tail }
    case 'completed':
      return { phase, endedAtMs, reached }
    case 'failed':
      return {
        phase,
        endedAtMs,
        reached,
        current,
        failure: told.failure ?? { reason: 'Why was not kept.', vmRunsAt: 'unknown' },
      }
    case 'cancelled':
      return { phase, endedAtMs, announced: told.ending, current }
    default:
      return assertNever(phase)
  }
}

/** The state that was told so, before any event of its host: for a migration that an earlier run of Longshore kept. */
export const stateOf = (told: Migration): EngineState => {
  const {
    phase,
    endedAtMs,
    waitingFor,
    current,
    ending,
    pausedAtMs,
    resumedAtMs,
    downtimeMs,
    postCopy,
    retransmittedPages,
    cancellable,
    requested,
    recovering,
    failure,
    ...ledger
  } = told
  return {
    ledger,
    stage: stageOf(told),
    recovering,
    lastSequence: 0,
    heardAtMs: told.startedAtMs,
    boundedAtMs: null,
  }
}
