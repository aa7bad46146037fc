/** One pass over memory. Times are ms since the migration's start. */
export interface TimelineRound {
  readonly index: number
  /** False for the pass that is sent while the VM is paused. */
  readonly live: boolean
  readonly startMs: number
  readonly ms: number
  readonly sentBytes: number
  /** Unique bytes dirtied while it was sent. */
  readonly dirtiedBytes: number
  /** False for a pass under way whose host counts that only when it is over: `dirtiedBytes` is 0 until then. */
  readonly countsDirtied?: false
  readonly bandwidthBytesPerSecond: number
  /** True for the pass under way, which still grows, and for one that broke off. */
  readonly partial: boolean
}

/** The copy of a disk that goes before the rounds, from the start on. */
export interface TimelineDisk {
  /** Its latest report. */
  readonly endMs: number
  readonly copiedBytes: number
  readonly totalBytes: number
}

export interface TimelinePrediction {
  readonly afterRound: number
  readonly madeAtMs: number
  readonly totalMs: number
  readonly downtimeMs: number
}

export interface TimelineMark {
  readonly atMs: number
  /** Both cumulative. */
  readonly pushedBytes: number
  readonly demandFaults: number
}

export interface TimelinePostCopy {
  readonly startMs: number
  readonly endMs: number
  readonly totalBytes: number
  readonly marks: readonly TimelineMark[]
}

export interface TimelineEnding {
  readonly kind: 'post-copy' | 'stop-and-copy'
  readonly atMs: number
  /** The last round that was sent while the VM ran. */
  readonly afterRound: number
  /** The round whose figures decided: an earlier one where the host had begun the next before it was told. */
  readonly decidedAfterRound: number
  /** Whether that round was cut short by it: else pre-copy ended when the round was over. */
  readonly isWithinRound: boolean
  /** The rule that spoke, its figure and its limit, in words; empty where nobody told. */
  readonly rule: string
}

/** Everything the phase timeline shows, free of the domain's types. */
export interface PhaseTimelineData {
  /** From the start until now, or until the end. */
  readonly elapsedMs: number
  readonly outcome: 'running' | 'completed' | 'failed' | 'cancelled'
  /** What is written at the last moment, such as `failed in round 3`. */
  readonly endWord: string
  /** Null where none is copied. */
  readonly diskCopy: TimelineDisk | null
  readonly rounds: readonly TimelineRound[]
  /** Said in the lanes of rounds and rates while there are none. */
  readonly roundsNote: string
  /** The dirty rate over bandwidth at which pre-copy is left; null where the policy has no such line. */
  readonly switchRatio: number | null
  readonly ending: TimelineEnding | null
  /** Said above the lanes while pre-copy has not ended. */
  readonly endingNote: string
  /** `endMs` is null while the VM is paused. */
  readonly pause: { readonly startMs: number; readonly endMs: number | null } | null
  readonly postCopy: TimelinePostCopy | null
  /** Said in the post-copy lane while there is nothing to draw. */
  readonly postCopyNote: string
  readonly predictions: readonly TimelinePrediction[]
}

/** The rate at which `round` was dirtied, bytes/s; 0 before it has lasted. */
export const dirtyRateOf = (round: TimelineRound): number =>
  round.ms > 0 ? (round.dirtiedBytes * 1000) / round.ms : 0

/** Dirty rate over bandwidth of `round`; 0 before anything was sent. */
export const dirtyRatioOf = (round: TimelineRound): number =>
  round.bandwidthBytesPerSecond > 0 ? dirtyRateOf(round) / round.bandwidthBytesPerSecond : 0

/** The round whose figures ended pre-copy. */
export const decidingRound = ({ ending, rounds }: PhaseTimelineData): TimelineRound | undefined =>
  ending ? rounds.find(round => round.live && round.index === ending.decidedAfterRound) : undefined
