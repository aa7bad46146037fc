import { PAGE_BYTES } from '../../../shared/units.ts'
import { smoothNoise } from '../numeric/random.ts'
import type { Activity, Workload } from './activity.ts'

export interface BatchPlan {
  /** Start of the first job, ms after the lab's start, and the time from one start to the next. */
  readonly firstMs: number
  readonly everyMs: number
  /** Length of a job; the rest of the time the guest is idle. */
  readonly busyMs: number
  readonly vcpuCount: number
  readonly seed: number
}

/** Share of memory of each write class of a batch machine, in the order of its rates (guess). */
export const batchClasses = [
  { name: 'hot', share: 0.02 },
  { name: 'working', share: 0.3 },
  { name: 'page-cache', share: 0.2 },
] as const

const RAMP_MS = 3000
/** A job reads for its first quarter, computes until 0.85 of its time and then writes its results (guess). */
const [READ_UNTIL, COMPUTE_UNTIL] = [0.25, 0.85]
const READ_BYTES_PER_SECOND = 150e6
const WRITE_BYTES_PER_SECOND = 100e6
/** Page writes a second by one computing vCPU into the working set (guess: more than the 5,000 of an ordinary guest). */
const WORKING_WRITES_PER_VCPU = 8000

/** Level 0..1 between two times: rises and falls within `RAMP_MS`, both inside. */
const hill = (atMs: number, fromMs: number, untilMs: number): number =>
  Math.max(0, Math.min(1, (atMs - fromMs) / RAMP_MS, (untilMs - atMs) / RAMP_MS))

/** How much a job reads, computes and writes at a moment, each 0..1; all are 0 between jobs. */
export const batchPhase = (
  { firstMs, everyMs, busyMs }: Pick<BatchPlan, 'firstMs' | 'everyMs' | 'busyMs'>,
  elapsedMs: number,
): { readonly reading: number; readonly computing: number; readonly writing: number } => {
  const at = (((elapsedMs - firstMs) % everyMs) + everyMs) % everyMs
  return {
    reading: hill(at, 0, READ_UNTIL * busyMs),
    computing: hill(at, READ_UNTIL * busyMs, COMPUTE_UNTIL * busyMs),
    writing: hill(at, COMPUTE_UNTIL * busyMs, busyMs),
  }
}

/**
 * Jobs on schedule, also before the lab's start: a job reads (disk 150 MB/s, CPU 0.3), computes (CPU 0.95, each vCPU
 * writes 8,000 pages/s over 30 % of memory), then writes its results (disk 100 MB/s, CPU 0.2).
 */
export const batchWorkload =
  (plan: BatchPlan): Workload =>
  elapsedMs => {
    const { vcpuCount, seed } = plan
    const { reading, computing, writing } = batchPhase(plan, elapsedMs)
    const vary = (channel: number) => 1 + 0.05 * smoothNoise(seed + channel, elapsedMs / 3000)
    const load = 0.01 + 0.29 * reading + 0.94 * computing + 0.19 * writing
    const diskReadBytesPerSecond = READ_BYTES_PER_SECOND * reading * vary(1)
    return {
      cpuRatio: Math.min(1, load * vary(0)),
      memoryRatio: 0.3 + 0.1 * reading + 0.4 * computing + 0.3 * writing,
      diskReadBytesPerSecond,
      diskWriteBytesPerSecond: (6000 + WRITE_BYTES_PER_SECOND * writing) * vary(2),
      networkReceivedBytesPerSecond: 2000 * vary(3),
      networkSentBytesPerSecond: 2000 * vary(4),
      writesPerSecond: [
        100 * vary(5),
        WORKING_WRITES_PER_VCPU * vcpuCount * computing * vary(6),
        diskReadBytesPerSecond / PAGE_BYTES,
      ],
    } satisfies Activity
  }
