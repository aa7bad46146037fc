import type { Host } from '../../../shared/model/host.ts'
import type { Pool } from '../../../shared/model/pool.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import type { Fact, ForecastSummary } from '../../ports/session-recorder.ts'

/** One figure of all rows: `origins` has 0 unavailable, 1 measured, 2 estimated. */
export interface PackedColumn {
  readonly values: Float64Array<ArrayBuffer>
  readonly origins: Uint8Array<ArrayBuffer>
  readonly agesMs: Float64Array<ArrayBuffer>
  /** Median relative error of such estimates; NaN where none is known. */
  readonly errorRatios: Float64Array<ArrayBuffer>
}

export interface PackedRows {
  readonly ids: readonly string[]
  readonly columns: Readonly<Record<string, PackedColumn>>
}

/** From main to the recorder's thread; `at` is wall-clock ms. */
export type RecorderItem =
  | { readonly at: number; readonly kind: 'fact'; readonly fact: Fact }
  | {
      readonly at: number
      readonly kind: 'inventory'
      readonly connectionId: string
      readonly whole: boolean
      readonly pool: Pool | undefined
      readonly hosts: readonly Host[]
      readonly vms: readonly Vm[]
      readonly gone: readonly string[]
    }
  | {
      readonly at: number
      readonly kind: 'metrics'
      readonly connectionId: string
      readonly poolMs: number
      readonly vms: PackedRows
      readonly hosts: PackedRows
    }
  | { readonly at: number; readonly kind: 'estimates'; readonly poolMs: number; readonly vms: PackedRows }
  | { readonly at: number; readonly kind: 'forecasts'; readonly summary: ForecastSummary }
  | { readonly at: number; readonly kind: 'gap'; readonly records: number }

export type RecorderOrder =
  | { readonly kind: 'record'; readonly items: readonly RecorderItem[] }
  | { readonly kind: 'flush'; readonly id: number }
  | { readonly kind: 'close' }

export type RecorderReport =
  | { readonly kind: 'taken' }
  | { readonly kind: 'flushed'; readonly id: number }
  | { readonly kind: 'trouble'; readonly message: string }

export interface RecorderSettings {
  readonly folder: string
  readonly writer: string
  readonly retentionMs: number
  readonly maxBytes: number
  readonly segmentBytes: number
  readonly segmentMs: number
}
