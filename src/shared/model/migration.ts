import type { ProbeFigures } from './migration-event.ts'
import type { VmPlace } from './vm-place.ts'

export const policyNames = [
  'longshore',
  's1',
  's1-published',
  's2',
  's3',
  's4',
  'pre-copy-xen',
  'pre-copy-xen-upstream',
  'pre-copy-qemu',
  'pre-copy-auto-converge',
  'post-copy',
  'post-copy-preempt',
  'hybrid-static',
  'hybrid-static-preempt',
  'stall-switch',
] as const
export type PolicyName = (typeof policyNames)[number]

/** What a migration follows unless somebody says otherwise; `policyThere` tells what becomes of it on a host that lacks something. */
export const DEFAULT_POLICY: PolicyName = 'longshore'

/**
 * In the order in which they come; docs/engine.md says which follows which. `checks` until the host is given the order,
 * `reserve` until it has begun, `disk-copy` only where storage is not shared, `switching` from the host's word that it
 * will switch until it pauses the VM, `paused` while the VM stands still for a switch, `stop-and-copy` while it stands
 * still and the rest is copied, `completing` when nothing is missing any more and the host clears up.
 */
export const migrationPhases = [
  'checks',
  'reserve',
  'disk-copy',
  'pre-copy',
  'switching',
  'paused',
  'stop-and-copy',
  'post-copy',
  'completing',
  'completed',
  'failed',
  'cancelled',
] as const
export type MigrationPhase = (typeof migrationPhases)[number]

/** Nothing of the memory is on its way yet. */
export const phasesBeforeRounds: ReadonlySet<MigrationPhase> = new Set(['checks', 'reserve', 'disk-copy'])

/** One pass over memory. `index` counts from 1; the stop-and-copy pass is the last and is not live. */
export interface Round {
  readonly index: number
  readonly live: boolean
  readonly startedAtMs: number
  readonly ms: number
  readonly sentPages: number
  /** Unique pages dirtied while it was sent. */
  readonly dirtiedPages: number
  /** Left for the next round, besides, by a host that reads its dirty log before everything is sent. */
  readonly unsentPages?: number
  readonly bandwidthBytesPerSecond: number
}

/** What is expected of the whole migration, its disk too where one is copied, made after round `afterRound` (0: before the first). */
export interface MigrationPrediction {
  readonly afterRound: number
  readonly totalMs: number
  readonly downtimeMs: number
  readonly bytesSent: number
  /** Whether pre-copy is expected to end by itself: with little left, not by a switch nor because rounds are used up. */
  readonly converges?: boolean
  /**
   * Between what each figure lies in eight of ten cases. Absent where the VM is handed over at once, whatever it would have dirtied,
   * and, as `converges`, in what earlier versions stored.
   */
  readonly spread?: Readonly<
    Record<'totalMs' | 'downtimeMs' | 'bytesSent', { readonly p10: number; readonly p90: number }>
  >
}

/** What is still to come, by what had happened until then. */
export interface MigrationRemainder {
  /** Pool time of the host's report that it rests on. */
  readonly atMs: number
  readonly ms: number
  readonly bytes: number
  /** How long the VM is expected to stand still in all; what it was once it is over. */
  readonly downtimeMs: number
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
  /** When the host began, with the disk where one is copied first; when it was ordered before that. Pool time throughout, ms since the epoch. */
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  /** The network that was chosen for it; null where the pool takes its own. */
  readonly network: { readonly id: string; readonly name: string } | null
  readonly memoryPages: number
  readonly linkBytesPerSecond: number
  /** What the host was told to send at most while the VM runs at the source, bytes/s; null: as much as the link carries. */
  readonly bandwidthLimitBytesPerSecond: number | null
  /** Regions of memory for which the host was given a heat class to send by; null while it goes by address. */
  readonly orderedRegions: number | null
  /** Part of its speed that the guest was left with while it runs at the source, 0..1. */
  readonly guestSpeed: number
  /** Share of the link's other traffic that is pushed aside, 0..1. */
  readonly priorityShare: number
  /** What holds it back before it is ordered, as one sentence; null when nothing does. */
  readonly waitingFor: string | null
  /** Of disks that are not shared, by the latest report of them at `atMs`; null where there are none to copy. */
  readonly diskCopy: {
    readonly copiedBytes: number
    readonly totalBytes: number
    readonly atMs: number
  } | null
  readonly rounds: readonly Round[]
  /** The pass under way, or the one in which it failed or was cancelled. */
  readonly current: {
    readonly round: number
    readonly startedAtMs: number
    readonly sentPages: number
    /** Null where the host counts them only when the pass is over. */
    readonly dirtiedPages: number | null
    readonly remainingPages: number
    /** When this was reported, pool time. */
    readonly atMs?: number
    /** The report before this one, of the same pass: what was dirtied since tells how lively the guest is just now. */
    readonly previous?: { readonly atMs: number; readonly dirtiedPages: number }
  } | null
  /**
   * How far the server's own task says it is where the host tells no rounds; null where it does. A task counts what is
   * left, so `ratio` may go back; `highestRatio` is the furthest it was.
   */
  readonly taskProgress: {
    readonly ratio: number
    readonly highestRatio: number
    readonly atMs: number
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
    /** Time the guest has waited for pages, short waits counted in; null where it is not told, or not yet. */
    readonly stallMs: number | null
    /** The gaps that this left in the guest's heartbeat, each longer than twice its period; absent where nobody hears it. */
    readonly heartbeat?: { readonly stallMs: number; readonly longestGapMs: number }
    /** Cumulative pages pushed and faults by pool time, for the timeline; at most a few hundred points. */
    readonly marks: readonly {
      readonly atMs: number
      readonly pushedPages: number
      readonly demandFaults: number
    }[]
  } | null
  /** How its guest answered what was sent to it meanwhile; absent where nothing is sent, or it never answered. */
  readonly probes?: ProbeFigures
  /** What its host calls downtime, ms; absent where it tells none, or not yet. */
  readonly hostDowntimeMs?: number
  /** Of memory, and of a disk that is copied. */
  readonly bytesSent: number
  readonly retransmittedPages: number
  /** One for each live round, and one before the first where the dirty rate was known. */
  readonly predictions: readonly MigrationPrediction[]
  /** Null where it cannot be said: nothing is predicted yet, the host tells no rounds, or it has ended. */
  readonly remaining: MigrationRemainder | null
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
    readonly vmRunsAt: VmPlace
  } | null
}
