import type { FailureReport } from '../../../shared/failure.ts'
import type { GridOrder } from '../../../shared/model/figure-grid.ts'
import type { Retention } from '../../../shared/model/retention.ts'
import type { SeriesStepMs, VmSeries } from '../../../shared/model/sample.ts'
import type { StoreUsage } from '../../../shared/model/store-usage.ts'
import type { SampleBatch } from './sample-rows.ts'

/** How the store's thread is started. */
export interface StoreSettings {
  readonly dataDir: string
  /** Where the operator has set nothing else. */
  readonly retention: Retention
}

/** A row of one of the JSON tables; `atMs` is what it is ordered by. A null body takes the row of this id away. */
export interface Fact {
  readonly table:
    | 'decision'
    | 'migration'
    | 'breach'
    | 'connection'
    | 'pin'
    | 'setting'
    | 'schedule'
    | 'working_set'
  readonly id: string
  readonly atMs: number
  readonly body: string | null
}

/** A line of the journal; lines are kept in the order they came. */
export interface JournalRow {
  readonly migration: string
  readonly step: string
  readonly body: string
}

export type StoreQuestion =
  | {
      readonly kind: 'series'
      readonly vmId: string
      readonly fromMs: number
      readonly toMs: number
      readonly stepMs: SeriesStepMs
    }
  | { readonly kind: 'grid'; readonly order: GridOrder }
  | { readonly kind: 'facts'; readonly table: Fact['table']; readonly limit: number }
  | { readonly kind: 'working-sets'; readonly vmId: string; readonly limit: number }
  | { readonly kind: 'decisions-of'; readonly migrationId: string }
  | { readonly kind: 'journal'; readonly row: JournalRow }
  | { readonly kind: 'open-journal' }
  | { readonly kind: 'usage' }
  | { readonly kind: 'backup'; readonly file: string }
  | { readonly kind: 'flush' }
  | { readonly kind: 'close' }

/** From main to the store's thread. */
export type StoreOrder =
  | { readonly kind: 'write'; readonly batches: readonly SampleBatch[]; readonly facts: readonly Fact[] }
  | { readonly kind: 'ask'; readonly id: number; readonly question: StoreQuestion }
  /** Gives up the backup that was asked for under this id. */
  | { readonly kind: 'give-up'; readonly id: number }

export type StoreAnswer = VmSeries | StoreUsage | Float32Array | readonly string[] | null

/** From the store's thread to main; `ready` or `refused` is the first and each write is answered by `written`. */
export type StoreReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly failure: FailureReport }
  | { readonly kind: 'written'; readonly saved: boolean }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: StoreAnswer }
  | { readonly kind: 'progress'; readonly id: number; readonly doneRatio: number }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: FailureReport }
  | { readonly kind: 'trouble'; readonly failure: FailureReport }
