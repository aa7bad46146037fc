import type { Measure } from './measure.ts'

/** One second of one VM: the features {CPU, RAM, I/O, DP, PF} of S1 eq 1. */
export interface VmSample {
  readonly vmId: string
  /** Pool time, ms since the epoch. */
  readonly atMs: number
  /** CPU use over all its vCPUs, 0..1. */
  readonly cpuRatio: Measure
  /** Memory in use over memory given, 0..1. */
  readonly memoryRatio: Measure
  /** Disk and network bytes in and out per second. */
  readonly ioBytesPerSecond: Measure
  /** The part of it that devices write into guest memory: disk reads, and what the network brings. Not stored. */
  readonly diskReadBytesPerSecond: Measure
  readonly networkReceiveBytesPerSecond: Measure
  /** Unique pages dirtied in a window of 1 s, per second. */
  readonly dirtyPagesPerSecond: Measure
  readonly pageFaultsPerSecond: Measure
}

/** One second of one host. */
export interface HostSample {
  readonly hostId: string
  readonly atMs: number
  readonly cpuRatio: Measure
  readonly memoryRatio: Measure
  readonly memoryFreeBytes: Measure
  readonly ioBytesPerSecond: Measure
  /** Its network's busier direction: each has a link's rate to itself. */
  readonly networkBytesPerSecond: Measure
}

/** How the origin of a dirty rate travels in `VmSeries.dirtyOrigin`. */
export const originCodes = {
  unavailable: 0,
  measured: 1,
  estimated: 2,
} as const satisfies Readonly<Record<Measure['origin'], number>>

/** Time between the samples of a VM, and what an average of its past covers, ms. */
export const SAMPLE_STEP_MS = 1000
export const AVERAGE_STEP_MS = 30_000
export type SeriesStepMs = typeof SAMPLE_STEP_MS | typeof AVERAGE_STEP_MS

/** Longest stretch told second by second, ms: 7,200 rows, more than any chart has pixels. */
const LONGEST_FINE_SPAN_MS = 7_200_000

/** The step that suits a stretch of a VM's past: seconds up to two hours, 30 s averages beyond (a week: 20,160). */
export const seriesStepMs = (spanMs: number): SeriesStepMs =>
  spanMs <= LONGEST_FINE_SPAN_MS ? SAMPLE_STEP_MS : AVERAGE_STEP_MS

/**
 * The numeric columns of a VM's history, oldest first; NaN where a value was unavailable. An average stands at the
 * beginning of what it covers.
 */
export interface VmSeries {
  readonly vmId: string
  /** Shortest time between two rows, ms: samples a second apart (averages before they are kept), or only averages. */
  readonly stepMs: SeriesStepMs
  readonly atMs: Float64Array
  readonly cpuRatio: Float32Array
  readonly memoryRatio: Float32Array
  readonly ioBytesPerSecond: Float32Array
  readonly dirtyPagesPerSecond: Float32Array
  readonly pageFaultsPerSecond: Float32Array
  /** The origin of each dirty rate, as `originCodes`. */
  readonly dirtyOrigin: Uint8Array
  /** Of averages: the highest dirty rate in each, and how many samples it is made of. */
  readonly dirtyPeakPagesPerSecond?: Float32Array
  readonly sampleCounts?: Uint16Array
}
