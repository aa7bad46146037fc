import type { VmSample } from '../../shared/model/sample.ts'
import type { SessionRecord } from '../../shared/model/session.ts'
import type { Inventory, MetricsReading } from './hypervisor.ts'

type Unstamped<R> = R extends {
  readonly kind: 'inventory' | 'roster' | 'metrics' | 'estimates' | 'forecasts' | 'gap'
}
  ? never
  : R extends unknown
    ? Omit<R, 'at'>
    : never

/** What is recorded as it is; the recorder adds when. */
export type Fact = Unstamped<SessionRecord>

/** A dirty rate that nobody measured. */
export type EstimatedRate = Pick<VmSample, 'vmId' | 'dirtyPagesPerSecond'>

/** Highest expected figures by VM, in the order of `vmIds`; NaN where there is none. */
export interface ForecastSummary {
  readonly poolMs: number
  readonly vmIds: readonly string[]
  readonly dirtyPagesPerSecond: Float64Array<ArrayBuffer>
  readonly cpuRatio: Float64Array<ArrayBuffer>
}

/**
 * Keeps everything that is seen and done, in order. Calls return at once and never throw; what cannot be written is
 * told of once and leaves a gap.
 */
export interface SessionRecorder {
  fact(fact: Fact): void
  inventory(connectionId: string, inventory: Inventory): void
  metrics(connectionId: string, reading: MetricsReading): void
  estimates(poolMs: number, rates: readonly EstimatedRate[]): void
  forecasts(summary: ForecastSummary): void
  /** Resolves when all before it is on the disk. */
  flush(): Promise<void>
  close(): Promise<void>
}
