import type { HostCosts } from '../../../shared/model/simulation-case.ts'
import type { Random } from '../numeric/random.ts'
import type { BootImages } from './boot-images.ts'
import type { FaultService } from './demand-paging.ts'
import type { NetworkPath } from './network-path.ts'
import type { TransferRules } from './page-transfer.ts'
import type { WriteSchedule } from './write-schedule.ts'

/** What a migration is simulated from. */
export interface SimulatedMigrationPlan {
  readonly memory: WriteSchedule
  /** Writes per second by class, ms since the start of the migration. */
  readonly writesAt: (elapsedMs: number) => readonly number[]
  readonly vcpuCount: number
  readonly path: NetworkPath
  readonly host: HostCosts
  readonly transfer: TransferRules
  /** When a pass in an order given reads the dirty log: before each region, or once for all of memory. */
  readonly logRead: 'region' | 'round'
  readonly service: FaultService
  /** What goes ahead of the memory; null: nothing. */
  readonly images: BootImages | null
  /** Whether progress reports count what the dirty log holds, as Xen's PEEK does, or only what was met while sending. */
  readonly peeks: boolean
  readonly startedAtMs: number
  readonly random: Random
}

/** Guest and link take turns in steps between these lengths; halving them changes no figure by 1 %. */
const SHORTEST_SLICE_MS = 0.5
const LONGEST_SLICE_MS = 10
/** Slices that a pass over all of memory is cut into. */
const SLICES_PER_PASS = 1000
/** A pass that would take more slices than this has longer ones. */
const MOST_SLICES_PER_PASS = 200_000
/** Progress reports of a pass over all of memory. */
const REPORTS_PER_PASS = 64

/** Steps of a migration whose pass over all of memory takes `passMs`. */
export const stepsOf = (passMs: number): { readonly sliceMs: number; readonly reportMs: number } => {
  const longest = Math.max(LONGEST_SLICE_MS, passMs / MOST_SLICES_PER_PASS)
  return {
    sliceMs: Math.min(longest, Math.max(SHORTEST_SLICE_MS, passMs / SLICES_PER_PASS)),
    reportMs: passMs / REPORTS_PER_PASS,
  }
}
