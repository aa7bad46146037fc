import type { Forecast } from '../../../shared/model/forecast.ts'
import type { GuestPlan } from './guest-plan.ts'
import type { PageClass } from './page-layout.ts'
import { uniquePages } from './write-process.ts'

const STEP_MS = 1000
/** How far ahead a forecast looks, steps. */
const STEPS_AHEAD = 60
/** History repeats itself where its values one period apart differ by less than this share of their spread. */
const LIKE_SHARE = 0.1
/** History that varies by less than this share of its mean has no period to look for. */
const FLAT_SHARE = 0.02
/** A period is looked for in the last hour. */
const MOST_STEPS = 3600

/** Pages of a curve that are written within `seconds` of the guest's time. */
const curvePages = (pages: number, firstWriteSeconds: (page: number) => number, seconds: number): number => {
  let [low, high] = [0, pages]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (firstWriteSeconds(middle) <= seconds) low = middle
    else high = middle - 1
  }
  return low
}

/** Unique pages of a class that are dirtied within a second of writes at this rate. */
const dirtiedPages = ({ pages, order }: PageClass, writes: number): number => {
  switch (order.kind) {
    case 'random':
      return uniquePages(pages, writes)
    case 'sequential':
      return Math.min(pages, writes)
    case 'curve':
      return writes > 0 ? curvePages(pages, order.firstWriteSeconds, writes) : 0
  }
}

/** Dirty rates of the warm-up as a host measures them, pages/s, one a second, oldest first. */
const historyOf = (guest: GuestPlan, warmupSeconds: number): readonly number[] => {
  const steps = Math.min(MOST_STEPS, Math.floor(warmupSeconds))
  return Array.from({ length: steps }, (_, step) => {
    const rates = guest.writesAt((step - steps + 0.5) * STEP_MS)
    return guest.classes.reduce((sum, given, index) => sum + dirtiedPages(given, rates[index] ?? 0), 0)
  })
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The shortest period that a history shows at least twice over; null where it shows none. */
export const periodOf = (history: readonly number[]): number | null => {
  const mean = meanOf(history)
  const spread = meanOf(history.map(value => Math.abs(value - mean)))
  if (!(spread > mean * FLAT_SHARE)) return null
  for (let period = 2; 2 * period <= history.length; period++) {
    const apart = history.slice(period).map((value, step) => Math.abs(value - (history[step] ?? 0)))
    if (meanOf(apart) < LIKE_SHARE * spread) return period
  }
  return null
}

/**
 * What is to be expected of a guest by the history of its warm-up alone, at any moment of its migration: what it did one
 * period ago where its history shows a period twice over, else what it did last. Null without history.
 */
export const warmUpForecast = (
  guest: GuestPlan,
  warmupSeconds: number,
): ((atMs: number) => Forecast) | null => {
  const history = historyOf(guest, warmupSeconds)
  if (history.length === 0) return null
  const repeated = history.slice(-(periodOf(history) ?? 1))
  return atMs => {
    const step = Math.floor(atMs / STEP_MS)
    const points = Array.from({ length: STEPS_AHEAD }, (_, ahead) => ({
      aheadMs: (ahead + 1) * STEP_MS,
      dirtyPagesPerSecond: repeated[(step + ahead) % repeated.length] ?? 0,
      // A simulated guest has no CPU that anybody reads.
      cpuRatio: 0,
    }))
    return { vmId: 'vm', atMs, points }
  }
}
