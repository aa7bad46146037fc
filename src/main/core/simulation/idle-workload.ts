import { smoothNoise } from '../numeric/random.ts'
import type { Activity, Workload } from './activity.ts'
import { writesOfUse } from './trace-workload.ts'

export interface IdlePlan {
  readonly vcpuCount: number
  readonly seed: number
}

/** A guest that waits for work: CPU about 1 % (0.5 to 1.5), a trickle of logs and broadcasts. Write classes of a trace. */
export const idleWorkload =
  ({ vcpuCount, seed }: IdlePlan): Workload =>
  elapsedMs => {
    const vary = (channel: number) => 1 + 0.5 * smoothNoise(seed + channel, elapsedMs / 10_000)
    const cpuRatio = 0.01 * vary(0)
    const networkReceivedBytesPerSecond = 600 * vary(1)
    return {
      cpuRatio,
      memoryRatio: 0.25,
      diskReadBytesPerSecond: 0,
      diskWriteBytesPerSecond: 6000 * vary(2),
      networkReceivedBytesPerSecond,
      networkSentBytesPerSecond: 200 * vary(3),
      writesPerSecond: writesOfUse({
        cpuRatio,
        vcpuCount,
        diskReadBytesPerSecond: 0,
        networkReceivedBytesPerSecond,
      }),
    } satisfies Activity
  }
