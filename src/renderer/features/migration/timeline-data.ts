import type { Migration, Round } from '../../../shared/model/migration.ts'
import { formatRatio, PAGE_BYTES } from '../../../shared/units.ts'
import type {
  PhaseTimelineData,
  TimelineDisk,
  TimelinePostCopy,
  TimelinePrediction,
  TimelineRound,
} from '../../charts/phase-timeline/data.ts'
import { endedAfterRound, endedWithinRound } from './migration-words.ts'
import { brokenStep } from './phase-steps.ts'
import { maySwitch, untilOf } from './policy-rules.ts'
import { totalMs } from './total-time.ts'

/** What the timeline needs to know beside the migration itself; times are pool time. */
export interface TimelineMoment {
  readonly nowMs: number
  /** When the pass under way was last heard of: its bytes are as old as that. */
  readonly heardAtMs: number
  /** The threshold `switchTheta`; null before it is known. */
  readonly switchTheta: number | null
  /** Whether the source tells of rounds; stock Xen does not. */
  readonly tellsRounds: boolean
}

const roundOf = (round: Round, startMs: number): TimelineRound => ({
  index: round.index,
  live: round.live,
  startMs: round.startedAtMs - startMs,
  ms: round.ms,
  sentBytes: round.sentPages * PAGE_BYTES,
  dirtiedBytes: round.dirtiedPages * PAGE_BYTES,
  bandwidthBytesPerSecond: round.bandwidthBytesPerSecond,
  partial: false,
})

const currentRound = (migration: Migration, moment: TimelineMoment): readonly TimelineRound[] => {
  const { current } = migration
  if (!current) return []
  const sentBytes = current.sentPages * PAGE_BYTES
  // What was sent took the link at least this long: a clock that is a little behind must not make a burst of it.
  const leastMs = (sentBytes * 1000) / migration.linkBytesPerSecond
  const ms = Math.max(1, leastMs, (current.atMs ?? moment.heardAtMs) - current.startedAtMs)
  return [
    {
      index: current.round,
      live: migration.pausedAtMs === null,
      startMs: current.startedAtMs - migration.startedAtMs,
      ms,
      sentBytes,
      dirtiedBytes: (current.dirtiedPages ?? 0) * PAGE_BYTES,
      ...(current.dirtiedPages === null && { countsDirtied: false }),
      bandwidthBytesPerSecond: (sentBytes * 1000) / ms,
      partial: true,
    },
  ]
}

const postCopyOf = (migration: Migration, elapsedMs: number): TimelinePostCopy | null => {
  const { postCopy, resumedAtMs, startedAtMs } = migration
  if (!postCopy || resumedAtMs === null) return null
  return {
    startMs: resumedAtMs - startedAtMs,
    endMs: elapsedMs,
    totalBytes: (postCopy.pushedPages + postCopy.remainingPages) * PAGE_BYTES,
    marks: postCopy.marks.map(mark => ({
      atMs: mark.atMs - startedAtMs,
      pushedBytes: mark.pushedPages * PAGE_BYTES,
      demandFaults: mark.demandFaults,
    })),
  }
}

/** When a prediction was made: at the end of its round, or within one that is to be cut short. */
const madeAtMs = (
  { ending, startedAtMs }: Migration,
  afterRound: number,
  round: Round | undefined,
): number => {
  if (round) return round.startedAtMs + round.ms
  return ending?.afterRound === afterRound ? ending.atMs : startedAtMs
}

const predictionsOf = (migration: Migration): readonly TimelinePrediction[] =>
  migration.predictions.map(prediction => {
    const round = migration.rounds[prediction.afterRound - 1]
    return {
      afterRound: prediction.afterRound,
      madeAtMs: madeAtMs(migration, prediction.afterRound, round) - migration.startedAtMs,
      totalMs: prediction.totalMs,
      downtimeMs: prediction.downtimeMs,
    }
  })

const diskOf = ({ diskCopy, startedAtMs }: Migration): TimelineDisk | null =>
  diskCopy && {
    endMs: diskCopy.atMs - startedAtMs,
    copiedBytes: diskCopy.copiedBytes,
    totalBytes: diskCopy.totalBytes,
  }

const outcomeOf = ({ phase }: Migration): PhaseTimelineData['outcome'] =>
  phase === 'completed' || phase === 'failed' || phase === 'cancelled' ? phase : 'running'

const endWord = (migration: Migration): string => {
  const { phase, recovering } = migration
  if (phase === 'failed' || phase === 'cancelled') return `${phase} in ${brokenStep(migration)}`
  if (phase === 'completed') return 'completed'
  return recovering ? 'last heard' : 'now'
}

const roundsNote = ({ endedAtMs }: Migration, tellsRounds: boolean): string => {
  if (!tellsRounds) return 'this host tells no rounds: Xen moves the VM by its own rule'
  return endedAtMs === null ? 'the first has not begun' : 'none: it ended before the first'
}

/** The first reason as one plain clause: a policy puts the rule, its figure and its limit before any colon. */
const ruleOf = (reasons: readonly string[]): string =>
  (reasons[0] ?? '').split(': ')[0]?.replace(/\.$/, '') ?? ''

/** What ends pre-copy, while nothing has. */
const endingNote = (migration: Migration, { switchTheta }: TimelineMoment): string => {
  if (migration.endedAtMs !== null) return ''
  const line = switchTheta === null ? 'the switch line' : `${formatRatio(switchTheta)} of bandwidth`
  const end = maySwitch(migration.policy) ? '.' : ': then the VM is paused and the rest copied.'
  const begin =
    migration.phase === 'disk-copy'
      ? 'When the disk is copied, pre-copy begins and goes on'
      : 'Pre-copy goes on'
  return `${begin} until ${untilOf(migration.policy, line)}${end}`
}

const postCopyNote = (migration: Migration): string => {
  if (!maySwitch(migration.policy)) return 'none: this policy copies everything before the VM moves'
  if (migration.ending?.kind === 'stop-and-copy') return 'none: stop and copy sent the rest'
  if (migration.endedAtMs !== null) return 'none: it ended before'
  return migration.ending ? 'begins when the VM runs at the destination' : 'not yet'
}

/** The switch line of a migration's policy: only S1 looks at the dirty rate over bandwidth. */
export const switchRatioOf = (migration: Migration, switchTheta: number | null): number | null =>
  migration.policy === 's1' ? switchTheta : null

/** A migration as the phase timeline draws it. */
export const timelineOf = (migration: Migration, moment: TimelineMoment): PhaseTimelineData => {
  const { startedAtMs, pausedAtMs, ending } = migration
  const elapsedMs = totalMs(migration, moment.nowMs)
  return {
    elapsedMs,
    outcome: outcomeOf(migration),
    endWord: endWord(migration),
    diskCopy: diskOf(migration),
    rounds: [
      ...migration.rounds.map(round => roundOf(round, startedAtMs)),
      ...currentRound(migration, moment),
    ],
    roundsNote: roundsNote(migration, moment.tellsRounds),
    switchRatio: switchRatioOf(migration, moment.switchTheta),
    endingNote: endingNote(migration, moment),
    ending: ending && {
      kind: ending.kind,
      // An operator's word is given during a round and takes effect at its end.
      atMs: (pausedAtMs ?? ending.atMs) - startedAtMs,
      afterRound: endedAfterRound(migration),
      decidedAfterRound: ending.afterRound,
      isWithinRound: endedWithinRound(migration),
      rule: ruleOf(ending.reasons),
    },
    pause: pauseOf(migration),
    postCopy: postCopyOf(migration, elapsedMs),
    postCopyNote: postCopyNote(migration),
    predictions: predictionsOf(migration),
  }
}

/** As long as the host measured it, whatever its clock did meanwhile; one that never ended lasts as long as the migration. */
const pauseOf = (migration: Migration): PhaseTimelineData['pause'] => {
  const { startedAtMs, pausedAtMs, resumedAtMs, endedAtMs, downtimeMs } = migration
  if (pausedAtMs === null) return null
  const startMs = pausedAtMs - startedAtMs
  if (downtimeMs !== null) return { startMs, endMs: startMs + downtimeMs }
  const overMs = resumedAtMs ?? endedAtMs
  return { startMs, endMs: overMs === null ? null : Math.max(startMs, overMs - startedAtMs) }
}
