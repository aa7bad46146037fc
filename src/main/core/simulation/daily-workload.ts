import { smoothNoise } from '../numeric/random.ts'
import type { Activity, Workload } from './activity.ts'
import { writesOfUse } from './trace-workload.ts'

export interface DailyPlan {
  /** Ms since midnight (UTC) of lab time when the lab started. */
  readonly startMsOfDay: number
  /** Hour of the day, 0..24, of the most visitors; the fewest come twelve hours from it. */
  readonly peakHour: number
  /** CPU ratio at the peak, before noise. */
  readonly peakCpuRatio: number
  readonly vcpuCount: number
  readonly seed: number
}

const HOUR_MS = 3_600_000
const NIGHT_CPU = 0.04

/** Visitors 0..1 at a time of day: a raised cosine to the power 1.5, so that the night is longer than the peak (guess). */
export const dailyLevel = (plan: Pick<DailyPlan, 'startMsOfDay' | 'peakHour'>, elapsedMs: number): number => {
  const hours = (plan.startMsOfDay + elapsedMs) / HOUR_MS - plan.peakHour
  return ((1 + Math.cos((2 * Math.PI * hours) / 24)) / 2) ** 1.5
}

/**
 * A web server whose visitors come by day: CPU from 0.04 at night to the peak, up to 15 % more or less by the minute and
 * 5 % by the 3 s; each vCPU at full load receives 3 MB/s and sends 20 MB/s. Write classes of a trace.
 */
export const dailyWorkload =
  (plan: DailyPlan): Workload =>
  elapsedMs => {
    const { vcpuCount, seed } = plan
    const level = dailyLevel(plan, elapsedMs)
    const vary = (channel: number) =>
      1 +
      0.15 * smoothNoise(seed, elapsedMs / 60_000) +
      0.05 * smoothNoise(seed + 1 + channel, elapsedMs / 3000)
    const load = NIGHT_CPU + (plan.peakCpuRatio - NIGHT_CPU) * level
    const cpuRatio = Math.min(1, load * vary(0))
    const busyVcpus = load * vcpuCount
    const diskReadBytesPerSecond = 0.5e6 * busyVcpus * vary(1)
    const networkReceivedBytesPerSecond = 3e6 * busyVcpus * vary(2)
    return {
      cpuRatio,
      memoryRatio: 0.4 + 0.2 * level,
      diskReadBytesPerSecond,
      diskWriteBytesPerSecond: 1e6 * busyVcpus * vary(3),
      networkReceivedBytesPerSecond,
      networkSentBytesPerSecond: 20e6 * busyVcpus * vary(4),
      writesPerSecond: writesOfUse({
        cpuRatio,
        vcpuCount,
        diskReadBytesPerSecond,
        networkReceivedBytesPerSecond,
      }),
    } satisfies Activity
  }
