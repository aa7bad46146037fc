import { smoothNoise } from '../numeric/random.ts'
import type { Activity, Workload } from './activity.ts'

export interface CpuPlan {
  readonly vcpuCount: number
  readonly seed: number
}

/** What a CPU burner writes: its registers and stacks, over and over. */
export const cpuClasses = [{ name: 'hot', share: 0.01 }] as const

/** A CPU burner: every vCPU busy (0.96 to 1), 100 page writes a second each, no disk, hardly any network. */
export const cpuWorkload =
  ({ vcpuCount, seed }: CpuPlan): Workload =>
  elapsedMs => {
    const vary = smoothNoise(seed, elapsedMs / 3000)
    return {
      cpuRatio: 0.98 + 0.02 * vary,
      memoryRatio: 0.3,
      diskReadBytesPerSecond: 0,
      diskWriteBytesPerSecond: 2000,
      networkReceivedBytesPerSecond: 600,
      networkSentBytesPerSecond: 200,
      writesPerSecond: [100 * vcpuCount * (1 + 0.1 * vary)],
    } satisfies Activity
  }
