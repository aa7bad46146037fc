import { smoothNoise } from '../numeric/random.ts'
import type { Activity, Workload } from './activity.ts'
import { writesForUnique } from './write-process.ts'

export interface StormPlan {
  /** First storm, ms after the lab's start, and the time from one start to the next. */
  readonly firstMs: number
  readonly everyMs: number
  readonly rampMs: number
  /** From the beginning of the ramp to the beginning of the fall, which takes `rampMs` again. */
  readonly lastsMs: number
  /** Pages of the write class `bulk`. */
  readonly bulkPages: number
  /** Unique pages dirtied in 1 s at the height of the storm. */
  readonly peakPagesPerSecond: number
  readonly seed: number
}

/** Share of memory of each write class of the write-heavy database, in the order of its rates. */
export const stormClasses = [
  { name: 'hot', share: 0.05 },
  { name: 'bulk', share: 0.55 },
] as const

const CALM_WRITES_PER_SECOND = 2000
const CALM_CPU = 0.3
const STORM_CPU = 0.85

/** How far into a storm it is: 0 calm, 1 at its height, linear between. */
export const stormLevel = (plan: StormPlan, elapsedMs: number): number => {
  if (elapsedMs < plan.firstMs) return 0
  const at = (elapsedMs - plan.firstMs) % plan.everyMs
  const rise = at / plan.rampMs
  const fall = 1 - (at - plan.lastsMs) / plan.rampMs
  return Math.max(0, Math.min(1, rise, fall))
}

/**
 * A database that is calm (about 2,000 dirty pages/s, CPU 0.3) until a bulk update writes all over more than half of
 * its memory, on schedule; the CPU rises to 0.85 with it.
 */
export const stormWorkload = (plan: StormPlan): Workload => {
  const peakWrites = writesForUnique(plan.bulkPages, plan.peakPagesPerSecond)
  return elapsedMs => {
    const level = stormLevel(plan, elapsedMs)
    const vary = (channel: number) => 1 + 0.03 * smoothNoise(plan.seed + channel, elapsedMs / 3000)
    return {
      cpuRatio: Math.min(1, (CALM_CPU + (STORM_CPU - CALM_CPU) * level) * vary(0)),
      memoryRatio: Math.min(1, 0.72 + 0.08 * level),
      diskReadBytesPerSecond: (2e6 + 20e6 * level) * vary(1),
      diskWriteBytesPerSecond: (4e6 + 120e6 * level) * vary(2),
      networkReceivedBytesPerSecond: (1e6 + 30e6 * level) * vary(3),
      networkSentBytesPerSecond: (2e6 + 6e6 * level) * vary(4),
      writesPerSecond: [CALM_WRITES_PER_SECOND * vary(5), peakWrites * level * vary(6)],
    } satisfies Activity
  }
}
