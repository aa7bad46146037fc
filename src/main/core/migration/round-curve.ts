/** Unique pages that a guest dirtied in `ms` of its own time. */
export interface DirtyReading {
  readonly ms: number
  readonly pages: number
}

/**
 * Pages dirtied within t: `linearPerMs` t + `hotPages` (1 - exp(-`ratePerMs` t)): pages that are written once and no more
 * for long, and a set that is written again and again.
 */
export interface RoundCurve {
  readonly linearPerMs: number
  readonly hotPages: number
  readonly ratePerMs: number
}

export const pagesWithin = ({ linearPerMs, hotPages, ratePerMs }: RoundCurve, ms: number): number =>
  linearPerMs * ms + hotPages * -Math.expm1(-ratePerMs * ms)

/** How often a hot page is written, as long as no window is short enough to tell: about once a second, within a factor of 2. */
export const USUAL_RATE_PER_MS = 1e-3
const USUAL_SPREAD = Math.log(2)
/** Rounds of a steady guest scatter by so much of themselves, and when the log was read is known to so much, ms. */
const READING_SPREAD = 0.1
const LOG_READ_MS = 50
/** Rates that are looked at: from one a minute to 60 a second. */
const RATES_PER_MS = Array.from({ length: 61 }, (_, i) => (1e-3 / 60) * 60 ** (i / 30))
/** Windows whose lengths differ by less than this ratio tell of the same point of the curve: their mean is fitted. */
const SAME_LENGTH = 1.5
/** Guests change: of the readings of a length only so many, the latest, count. */
const MOST_OF_A_LENGTH = 32

/** Several readings of about the same length. */
interface Point extends DirtyReading {
  readonly count: number
}

/** The mean of readings, not of their relative errors: what scatters would else be fitted too low. */
const pointsOf = (readings: readonly DirtyReading[]): readonly Point[] => {
  const byLength = new Map<number, DirtyReading[]>()
  for (const reading of readings) {
    const length = Math.round(Math.log(reading.ms) / Math.log(SAME_LENGTH))
    byLength.set(length, [...(byLength.get(length) ?? []), reading].slice(-MOST_OF_A_LENGTH))
  }
  return [...byLength.values()].map(alike => ({
    ms: alike.reduce((sum, { ms }) => sum + ms, 0) / alike.length,
    pages: alike.reduce((sum, { pages }) => sum + pages, 0) / alike.length,
    count: alike.length,
  }))
}

const spreadOf = ({ ms, count }: Point): number =>
  Math.hypot(READING_SPREAD, LOG_READ_MS / ms) / Math.sqrt(count)

/** Linear and hot part of least squared relative error at a rate; what would be negative is nothing. */
const fitAt = (ratePerMs: number, readings: readonly Point[]): RoundCurve => {
  let [tt, th, hh, t, h] = [0, 0, 0, 0, 0]
  for (const reading of readings) {
    const { ms, pages } = reading
    const [a, b] = [ms / pages, -Math.expm1(-ratePerMs * ms) / pages]
    const weight = 1 / spreadOf(reading) ** 2
    tt += weight * a * a
    th += weight * a * b
    hh += weight * b * b
    t += weight * a
    h += weight * b
  }
  const determinant = tt * hh - th * th
  const linear = determinant > 0 ? (t * hh - h * th) / determinant : 0
  const hot = determinant > 0 ? (h * tt - t * th) / determinant : h / hh
  if (linear < 0) return { linearPerMs: 0, hotPages: h / hh, ratePerMs }
  if (hot < 0) return { linearPerMs: t / tt, hotPages: 0, ratePerMs }
  return { linearPerMs: linear, hotPages: hot, ratePerMs }
}

const misfit = (curve: RoundCurve, readings: readonly Point[], usualRatePerMs: number): number => {
  const errors = readings.map(
    reading => (pagesWithin(curve, reading.ms) / reading.pages - 1) / spreadOf(reading),
  )
  const unusual = Math.log(curve.ratePerMs / usualRatePerMs) / USUAL_SPREAD
  return errors.reduce((sum, error) => sum + error * error, unusual * unusual)
}

/** The curve that explains what rounds of a migration dirtied best; null where fewer than two rounds tell anything. */
export const fitRoundCurve = (
  given: readonly DirtyReading[],
  usualRatePerMs = USUAL_RATE_PER_MS,
): RoundCurve | null => {
  const readings = given.filter(({ ms, pages }) => ms > 0 && pages > 0)
  if (readings.length < 2) return null
  const points = pointsOf(readings)
  const curves = RATES_PER_MS.map(rate => fitAt(rate, points))
  const misfitOf = (curve: RoundCurve) => misfit(curve, points, usualRatePerMs)
  return curves.reduce((best, curve) => (misfitOf(curve) < misfitOf(best) ? curve : best))
}
