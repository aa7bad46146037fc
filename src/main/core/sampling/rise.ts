import type { Thresholds } from '../decision/thresholds.ts'

/** A feature of a VM as the pages/s it stands for (a CPU by its coefficient, bytes by the page). */
export interface RiseFeatures {
  readonly cpuPages: number
  readonly diskPages: number
  readonly networkPages: number
}

/** What is known of one VM in one second. Rates in pages/s, undefined where there is none. */
export interface RiseReading {
  /** Pool time, ms. */
  readonly atMs: number
  readonly dirty: number | undefined
  /** The highest dirty rate that is forecast. */
  readonly forecast: number | undefined
  readonly estimate: number | undefined
  readonly features: RiseFeatures | undefined
  /** The dirty rate that starts a migration. */
  readonly theta: number
}

/** Whether a VM's dirty rate may be on its way to theta, and what its features usually are. */
export interface RiseState {
  readonly atMs: number
  readonly rising: boolean
  /** Null before the first features. */
  readonly usual: RiseFeatures | null
}

/** The time constant of a feature's own recent level, ms: a storm of half a minute stands out, a shift of minutes is the new rest. A guess. */
const USUAL_MS = 120_000

const follow = (
  usual: RiseFeatures | null,
  now: RiseFeatures | undefined,
  ms: number,
): RiseFeatures | null => {
  if (now === undefined || usual === null) return now ?? usual
  const weight = -Math.expm1(-Math.max(0, ms) / USUAL_MS)
  return {
    cpuPages: usual.cpuPages + weight * (now.cpuPages - usual.cpuPages),
    diskPages: usual.diskPages + weight * (now.diskPages - usual.diskPages),
    networkPages: usual.networkPages + weight * (now.networkPages - usual.networkPages),
  }
}

/** Whether any rate is at `ease` x riseShare of theta, or any feature that matters at `ease` x riseFactor of its usual level. */
const stands = (
  { usual }: Pick<RiseState, 'usual'>,
  reading: RiseReading,
  { thresholds, ease }: { readonly thresholds: Thresholds; readonly ease: number },
): boolean => {
  const rate = ease * thresholds.riseShare.value * reading.theta
  if (Math.max(reading.dirty ?? 0, reading.forecast ?? 0, reading.estimate ?? 0) >= rate) return true
  const { features } = reading
  if (features === undefined || usual === null) return false
  const least = ease * thresholds.riseLeast.value * reading.theta
  const factor = ease * thresholds.riseFactor.value
  return (
    features.cpuPages >= Math.max(least, factor * usual.cpuPages) ||
    features.diskPages >= Math.max(least, factor * usual.diskPages) ||
    features.networkPages >= Math.max(least, factor * usual.networkPages)
  )
}

/**
 * One step of a VM's rise towards theta. It begins when its dirty rate, the forecast of it or the estimate is at
 * riseShare of theta, or when CPU, disk reads or network receive are riseFactor times their own level of the last two
 * minutes and stand for at least riseLeast of theta. It ends when all are below hysteresis x that.
 */
export const stepRise = (
  state: RiseState | undefined,
  reading: RiseReading,
  thresholds: Thresholds,
): RiseState => {
  const before = state ?? { atMs: reading.atMs, rising: false, usual: null }
  const ease = before.rising ? thresholds.hysteresis.value : 1
  return {
    atMs: reading.atMs,
    rising: stands(before, reading, { thresholds, ease }),
    usual: follow(before.usual, reading.features, reading.atMs - before.atMs),
  }
}
