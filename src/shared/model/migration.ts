export const policyNames = ['s1', 'pre-copy-xen'] as const
export type PolicyName = (typeof policyNames)[number]

export const migrationPhases = [
  'starting',
  'pre-copy',
  'stop-and-copy',
  'switching',
  'post-copy',
  'completed',
  'failed',
  'cancelled',
] as const
export type MigrationPhase = (typeof migrationPhases)[number]

/** One pass over memory. `index` counts from 1; the stop-and-copy pass is the last and is not live. */
export interface Round {
  readonly index: number
  readonly live: boolean
  readonly startedAtMs: number
  readonly ms: number
  readonly sentPages: number
  /** Unique pages dirtied while it was sent. */
  readonly dirtiedPages: number
  readonly bandwidthBytesPerSecond: number
}

/** What is expected of the whole migration, made after round `afterRound` (0: before the first). */
export interface MigrationPrediction {
  readonly afterRound: number
  readonly totalMs: number
  readonly downtimeMs: number
  readonly bytesSent: number
}

export interface Migration {
  readonly id: string
  readonly connectionId: string
  readonly vmId: string
  readonly vmName: string
  readonly sourceHostId: string
  readonly destinationHostId: string
  readonly policy: PolicyName
  readonly startedBy: 'trigger' | 'operator'
  readonly phase: MigrationPhase
  /** Pool time throughout, ms since the epoch. */
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly memoryPages: number
  readonly linkBytesPerSecond: number
  readonly rounds: readonly Round[]
  /** The pass under way. */
  readonly current: {
    readonly round: number
    readonly startedAtMs: number
    readonly sentPages: number
    readonly dirtiedPages: number
    readonly remainingPages: number
  } | null
  /** How pre-copy ended, and why. */
  readonly ending: {
    readonly kind: 'post-copy' | 'stop-and-copy'
    readonly atMs: number
    readonly afterRound: number
    readonly reasons: readonly string[]
  } | null
  readonly pausedAtMs: number | null
  readonly resumedAtMs: number | null
  /** VM paused to VM resumed. */
  readonly downtimeMs: number | null
  readonly postCopy: {
    readonly pushedPages: number
    readonly demandFaults: number
    readonly remainingPages: number
    readonly stallMs: number
    /** Cumulative pages pushed and faults by pool time, for the timeline; at most a few hundred points. */
    readonly marks: readonly {
      readonly atMs: number
      readonly pushedPages: number
      readonly demandFaults: number
    }[]
  } | null
  readonly bytesSent: number
  readonly retransmittedPages: number
  readonly predictions: readonly MigrationPrediction[]
  /** Pages by heat class as last clustered while it ran. */
  readonly heat: { readonly hotPages: number; readonly warmPages: number; readonly coldPages: number } | null
  /** Whether the operator may still cancel: false from the pause on. */
  readonly cancellable: boolean
  /** Whether a cancel, switch or stop has been asked for and not yet answered. */
  readonly requested: 'cancel' | 'switch' | 'stop-and-copy' | null
  /**
   * Wall-clock ms since when nothing is heard of it, or Longshore looks what became of it after a restart: the rest
   * is what was known then. Null while its host is heard.
   */
  readonly recovering: { readonly sinceMs: number } | null
  /** Why it failed and where the VM runs; null unless it failed. */
  readonly failure: {
    readonly reason: string
    readonly vmRunsAt: 'source' | 'destination' | 'unknown'
  } | null
}
