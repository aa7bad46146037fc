import { smoothNoise } from '../numeric/random.ts'
import type { Activity, Workload } from './activity.ts'

export interface MemoryTestPlan {
  readonly pagesPerSecond: number
  readonly vcpuCount: number
  readonly seed: number
}

/** The memory tester writes one page after the other through all memory that is not zero, and begins again. */
export const memoryTestClasses = [{ name: 'walked', share: 0.8, order: 'sequential' }] as const

/** A memory tester: one vCPU walks through memory at a steady rate; no disk, hardly any network. */
export const memoryTestWorkload =
  ({ pagesPerSecond, vcpuCount, seed }: MemoryTestPlan): Workload =>
  elapsedMs => {
    const vary = 1 + 0.02 * smoothNoise(seed, elapsedMs / 3000)
    return {
      cpuRatio: (0.97 * vary) / vcpuCount,
      memoryRatio: 0.9,
      diskReadBytesPerSecond: 0,
      diskWriteBytesPerSecond: 0,
      networkReceivedBytesPerSecond: 600,
      networkSentBytesPerSecond: 200,
      // Steady, so that where the walk stands follows from the time.
      writesPerSecond: [pagesPerSecond],
    } satisfies Activity
  }
