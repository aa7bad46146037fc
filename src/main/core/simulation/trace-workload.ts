import { KIB, PAGE_BYTES } from '../../../shared/units.ts'
import { smoothNoise } from '../numeric/random.ts'
import type { Activity, Workload } from './activity.ts'

/** One recorded row of a VM; sizes in KiB as Bitbrains records them. */
export interface TraceRow {
  /** CPU use, 0..1; recorded values slightly over 1 are clipped when played. */
  readonly cpuRatio: number
  /** Memory in use over memory given, 0..1. */
  readonly memoryRatio: number
  readonly diskReadKibPerSecond: number
  readonly diskWriteKibPerSecond: number
  readonly networkReceivedKibPerSecond: number
  readonly networkSentKibPerSecond: number
}

export interface TracePlan {
  readonly rows: readonly TraceRow[]
  /** Row that plays when the lab starts; after the last row comes the first. */
  readonly startRow: number
  readonly msPerRow: number
  readonly vcpuCount: number
  readonly seed: number
}

/** Share of memory of each write class of a VM that plays a trace, in the order of its rates (guess). */
export const traceClasses = [
  { name: 'hot', share: 0.02 },
  { name: 'warm', share: 0.18 },
  { name: 'page-cache', share: 0.2 },
] as const

/** Page writes a second by one busy vCPU (guess: gives idle VMs hundreds and busy ones some 20,000 dirty pages/s). */
export const WRITES_PER_BUSY_VCPU = 5000
/** Share of the CPU's writes that go to the hot class; the rest goes to the warm one. */
const HOT_SHARE = 0.9
/** The seeded variation: each figure is multiplied by 1 - 0.05 .. 1 + 0.05, new every 3 s, linear between. */
const VARIATION = 0.05
const VARIATION_MS = 3000

/**
 * Page writes a second of an ordinary guest, by class of `traceClasses`: every busy vCPU writes 5,000 pages a second,
 * 90 % of them in the hot class; every 4096 bytes read from disk or received from the network write one page of the page
 * cache.
 */
export const writesOfUse = (use: {
  readonly cpuRatio: number
  readonly vcpuCount: number
  readonly diskReadBytesPerSecond: number
  readonly networkReceivedBytesPerSecond: number
}): readonly number[] => {
  const cpuWrites = use.cpuRatio * use.vcpuCount * WRITES_PER_BUSY_VCPU
  return [
    cpuWrites * HOT_SHARE,
    cpuWrites * (1 - HOT_SHARE),
    (use.diskReadBytesPerSecond + use.networkReceivedBytesPerSecond) / PAGE_BYTES,
  ]
}

/** Plays recorded rows, linear between them; what it writes follows from that. */
export const traceWorkload = (plan: TracePlan): Workload => {
  const { rows, seed } = plan
  return elapsedMs => {
    const position = plan.startRow + elapsedMs / plan.msPerRow
    const index = Math.floor(position)
    const share = position - index
    const [left, right] = [rowAt(rows, index), rowAt(rows, index + 1)]
    const value = (pick: (row: TraceRow) => number, channel: number): number => {
      const played = pick(left) * (1 - share) + pick(right) * share
      return Math.max(0, played * (1 + VARIATION * smoothNoise(seed + channel, elapsedMs / VARIATION_MS)))
    }
    const cpuRatio = Math.min(
      1,
      value(row => row.cpuRatio, 0),
    )
    const diskReadBytesPerSecond = KIB * value(row => row.diskReadKibPerSecond, 1)
    const networkReceivedBytesPerSecond = KIB * value(row => row.networkReceivedKibPerSecond, 2)
    return {
      cpuRatio,
      memoryRatio: Math.min(
        1,
        value(row => row.memoryRatio, 3),
      ),
      diskReadBytesPerSecond,
      diskWriteBytesPerSecond: KIB * value(row => row.diskWriteKibPerSecond, 4),
      networkReceivedBytesPerSecond,
      networkSentBytesPerSecond: KIB * value(row => row.networkSentKibPerSecond, 5),
      writesPerSecond: writesOfUse({
        cpuRatio,
        vcpuCount: plan.vcpuCount,
        diskReadBytesPerSecond,
        networkReceivedBytesPerSecond,
      }),
    } satisfies Activity
  }
}

const IDLE: TraceRow = {
  cpuRatio: 0,
  memoryRatio: 0,
  diskReadKibPerSecond: 0,
  diskWriteKibPerSecond: 0,
  networkReceivedKibPerSecond: 0,
  networkSentKibPerSecond: 0,
}

const rowAt = (rows: readonly TraceRow[], index: number): TraceRow =>
  rows[((index % rows.length) + rows.length) % rows.length] ?? IDLE
