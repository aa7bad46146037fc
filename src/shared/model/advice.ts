import type { Alternative } from './decision.ts'

/** A predicted figure; `low` and `high` are null where nothing is known of its spread. */
export interface PredictedFigure {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

/** What is expected of a migration that is not begun. */
export interface PredictedOutcome {
  readonly totalMs: PredictedFigure
  readonly downtimeMs: PredictedFigure
  readonly bytesSent: PredictedFigure
}

/** Plain pre-copy; pre-copy that may give way to post-copy; or what a host without rounds does by itself. */
export type MigrationMode = 'pre-copy' | 'hybrid' | 'xen'

/** What Longshore would do with one VM, and why. */
export interface Advice {
  readonly vmId: string
  /** Pool time of the figures it rests on, ms since the epoch. */
  readonly atMs: number
  /** `stay` where nothing speaks for a move, `unknown` where no dirty rate is known, `blocked` where it cannot move now. */
  readonly action: 'migrate' | 'stay' | 'blocked' | 'unknown'
  /** When a migration should begin: pool time, ms, or null for now. */
  readonly startAtMs: number | null
  /** The host it should go to; null where none can take it or none was asked for. */
  readonly destination: { readonly hostId: string; readonly name: string } | null
  readonly mode: MigrationMode
  /** What is expected of a migration at `startAtMs`; null without a dirty rate. */
  readonly outcome: PredictedOutcome | null
  readonly reasons: readonly string[]
  /** Why it cannot move now; null when it can. */
  readonly obstacle: string | null
  /** Why Longshore would not do it by itself; null when it would. */
  readonly restraint: string | null
  /** Every host that was considered. */
  readonly hosts: readonly Alternative[]
}
