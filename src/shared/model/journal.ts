import type { Migration } from './migration.ts'
import type { CommandKind, CommandRecord } from './migration-command.ts'

/** One step of a migration. All but `taken`, `answered`, `seen` and `ended` are written before they are done. */
export type JournalStep =
  /** It is wanted: the whole order, with what is expected of it. */
  | { readonly step: 'intended'; readonly migration: Migration }
  /** The host is about to be given the order. */
  | { readonly step: 'ordered' }
  /** The host has taken the order. */
  | { readonly step: 'taken' }
  /** A command is about to be given. `afterSequence` is the last host event it was decided on. */
  | ({
      readonly step: 'told'
      readonly by: 'operator' | 'policy'
      readonly afterSequence: number
      readonly round: number
      readonly reasons: readonly string[]
    } & CommandRecord)
  | { readonly step: 'answered'; readonly command: CommandKind; readonly accepted: boolean }
  /** The host has reported a change of phase; `atMs` of the pool. */
  | {
      readonly step: 'seen'
      readonly kind: 'started' | 'paused' | 'resumed'
      readonly sequence: number
      readonly poolMs: number
    }
  | { readonly step: 'ended'; readonly phase: Migration['phase'] }

/** A line of the journal. */
export type JournalEntry = JournalStep & {
  readonly migrationId: string
  /** Wall-clock ms since the epoch. */
  readonly atMs: number
}
