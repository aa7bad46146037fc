import type { DirtyWindow, PageClass } from '../../../shared/model/working-set.ts'
import { uniquePagesWithin } from './dirty-curve.ts'

type Reading = Pick<DirtyWindow, 'windowMs' | 'pages'>

/** Writes per page and second that are looked at: a page an hour to a page a millisecond, in steps of 12 %. */
const RATES = Array.from({ length: 131 }, (_, i) => 10 ** (-3.5 + i / 20))
/** Every third of them: pairs are many. */
const PAIR_RATES = RATES.filter((_, i) => i % 3 === 0)
/** Readings scatter by 2 % around such curves on Xen 4.17; a curve further off than this is the wrong shape. */
const GOOD_ENOUGH = 0.03

/** Share of a class's pages that are dirty after `ms`. */
const dirtyShare = (ratePerSecond: number, ms: number): number => -Math.expm1((-ratePerSecond * ms) / 1000)

interface Candidate {
  readonly classes: readonly PageClass[]
  /** Root mean square of the logarithms of curve over reading. */
  readonly error: number
}

const candidateOf = (classes: readonly PageClass[], readings: readonly Reading[]): Candidate => {
  const squares = readings.map(
    ({ windowMs, pages }) => Math.log(uniquePagesWithin(classes, windowMs) / pages) ** 2,
  )
  return { classes, error: Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length) }
}

const best = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.reduce<Candidate | undefined>(
    (found, candidate) => (found === undefined || candidate.error < found.error ? candidate : found),
    undefined,
  )

/** The number of pages that fits best when each is written `rate` times a second. */
const oneClass = (rate: number, readings: readonly Reading[], memoryPages: number): Candidate => {
  const logs = readings.map(({ windowMs, pages }) => Math.log(pages / dirtyShare(rate, windowMs)))
  const pages = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length)
  return candidateOf([{ pages: Math.min(memoryPages, pages), ratePerSecond: rate }], readings)
}

/** Pages of two classes by least squares of the relative errors; undefined where a class would be negative or too large. */
const twoClasses = (
  [slow, fast]: readonly [number, number],
  readings: readonly Reading[],
  memoryPages: number,
): Candidate | undefined => {
  let [ss, sf, ff, s, f] = [0, 0, 0, 0, 0]
  for (const { windowMs, pages } of readings) {
    const [a, b] = [dirtyShare(slow, windowMs) / pages, dirtyShare(fast, windowMs) / pages]
    ss += a * a
    sf += a * b
    ff += b * b
    s += a
    f += b
  }
  const determinant = ss * ff - sf * sf
  const slowPages = (s * ff - f * sf) / determinant
  const fastPages = (f * ss - s * sf) / determinant
  if (!(slowPages > 0 && fastPages > 0 && slowPages + fastPages <= memoryPages)) return undefined
  return candidateOf(
    [
      { pages: fastPages, ratePerSecond: fast },
      { pages: slowPages, ratePerSecond: slow },
    ],
    readings,
  )
}

const fitTwo = (readings: readonly Reading[], memoryPages: number): Candidate | undefined =>
  best(
    PAIR_RATES.flatMap((fast, i) =>
      PAIR_RATES.slice(0, i).flatMap(slow => twoClasses([slow, fast], readings, memoryPages) ?? []),
    ),
  )

const fitOne = (readings: readonly Reading[], memoryPages: number): Candidate | undefined => {
  const coarse = best(RATES.map(rate => oneClass(rate, readings, memoryPages)))
  const rate = coarse?.classes[0]?.ratePerSecond
  if (rate === undefined) return undefined
  const finer = Array.from({ length: 41 }, (_, i) => rate * 10 ** ((i - 20) / 400))
  return best(finer.map(candidate => oneClass(candidate, readings, memoryPages)))
}

/**
 * The classes of pages whose curve N (1 - exp(-r t)) fits readings of windows of different lengths best. A second
 * class is taken only where three readings or more ask for it. One reading tells no shape: its pages are then taken
 * to be written once in its window on average. Pages of 0 count as 1; no readings give no classes.
 */
export const fitDirtyCurve = (given: readonly Reading[], memoryPages: number): readonly PageClass[] => {
  const readings = given.map(({ windowMs, pages }) => ({ windowMs, pages: Math.max(1, pages) }))
  const [first] = readings
  if (!first) return []
  if (readings.length === 1) return oneClass(1000 / first.windowMs, readings, memoryPages).classes
  const one = fitOne(readings, memoryPages)
  const two =
    readings.length >= 3 && one && one.error > GOOD_ENOUGH ? fitTwo(readings, memoryPages) : undefined
  return (best([one, two].flatMap(candidate => candidate ?? [])) ?? { classes: [] }).classes
}
