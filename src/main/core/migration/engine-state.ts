import type { Migration } from '../../../shared/model/migration.ts'
import type { OperatorWord } from '../../../shared/model/migration-command.ts'

export type Pass = NonNullable<Migration['current']>
export type Ending = NonNullable<Migration['ending']>
export type Tail = NonNullable<Migration['postCopy']>
type Failed = NonNullable<Migration['failure']>

/** The VM runs at the source: what an operator has asked for and the host has not yet done. */
interface Revocable {
  readonly requested: OperatorWord | null
}

/** The VM has stood still, or does. Null: the host's report of it was lost. */
export interface Paused {
  readonly ending: Ending
  readonly pausedAtMs: number | null
}

/** The VM runs at the destination. */
export interface Resumed extends Paused {
  readonly resumedAtMs: number | null
  readonly downtimeMs: number | null
}

/** How far it had come when it ended. */
export interface Reached {
  readonly ending: Ending | null
  readonly pausedAtMs: number | null
  readonly resumedAtMs: number | null
  readonly downtimeMs: number | null
  readonly tail: Tail | null
}

/** Where a migration stands. Each phase carries what there is in it and nothing else. */
export type Stage =
  | (Revocable & { readonly phase: 'checks'; readonly waitingFor: string | null })
  | (Revocable & { readonly phase: 'reserve' })
  | (Revocable & { readonly phase: 'disk-copy' })
  | (Revocable & {
      readonly phase: 'pre-copy'
      readonly current: Pass | null
      readonly announced: Ending | null
    })
  | (Revocable & {
      readonly phase: 'switching'
      readonly current: Pass | null
      readonly announced: Ending | null
    })
  | (Paused & { readonly phase: 'paused' })
  | (Paused & { readonly phase: 'stop-and-copy'; readonly current: Pass | null })
  | (Resumed & { readonly phase: 'post-copy'; readonly tail: Tail })
  | (Resumed & { readonly phase: 'completing'; readonly tail: Tail | null })
  | { readonly phase: 'completed'; readonly endedAtMs: number; readonly reached: Reached }
  | {
      readonly phase: 'failed'
      readonly endedAtMs: number
      readonly reached: Reached
      readonly current: Pass | null
      readonly failure: Failed
    }
  | {
      readonly phase: 'cancelled'
      readonly endedAtMs: number
      readonly announced: Ending | null
      readonly current: Pass | null
    }

export type RevocableStage = Extract<Stage, Revocable>
export type EndedStage = Extract<Stage, { readonly endedAtMs: number }>

/** What is known of a migration whatever its phase. */
export type Ledger = Pick<
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
  | 'network'
  | 'memoryPages'
  | 'linkBytesPerSecond'
  | 'bandwidthLimitBytesPerSecond'
  | 'orderedRegions'
  | 'guestSpeed'
  | 'priorityShare'
  | 'taskProgress'
  | 'diskCopy'
  | 'rounds'
  | 'bytesSent'
  | 'probes'
  | 'hostDowntimeMs'
  | 'predictions'
  | 'remaining'
  | 'heat'
>

/** A migration as the engine knows it. */
export interface EngineState {
  readonly ledger: Ledger
  readonly stage: Stage
  /** Whether its host is heard is apart from how far it is. */
  readonly recovering: Migration['recovering']
  /** Of the last host event: doubled and late ones do no harm. */
  readonly lastSequence: number
  /** Pool time of the last host event; when it was begun before there was one. */
  readonly heardAtMs: number
  /** Pool time at which the bandwidth was last bounded: what was sent before tells nothing of the speed since. */
  readonly boundedAtMs: number | null
}

type Order = Pick<
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
  Partial<Pick<Migration, 'network' | 'taskProgress' | 'predictions'>>

/** The engine's state before the host has said anything. */
export const beginMigration = (order: Order): EngineState => ({
  ledger: {
    network: null,
    taskProgress: null,
    predictions: [],
    ...order,
    bandwidthLimitBytesPerSecond: null,
    orderedRegions: null,
    guestSpeed: 1,
    priorityShare: 0,
    diskCopy: null,
    rounds: [],
    bytesSent: 0,
    remaining: null,
    heat: null,
  },
  stage: { phase: 'checks', waitingFor: null, requested: null },
  recovering: null,
  lastSequence: 0,
  heardAtMs: order.startedAtMs,
  boundedAtMs: null,
})

/** Whether the VM runs at the source and the move can still be taken back. */
export const isRevocable = (stage: Stage): stage is RevocableStage => 'requested' in stage

/** Whether nothing of the memory is on its way yet. */
export const isBeforeRounds = (
  stage: Stage,
): stage is Extract<Stage, { readonly phase: 'checks' | 'reserve' | 'disk-copy' }> =>
  stage.phase === 'checks' || stage.phase === 'reserve' || stage.phase === 'disk-copy'

export const isOver = (stage: Stage): stage is EndedStage => 'endedAtMs' in stage
