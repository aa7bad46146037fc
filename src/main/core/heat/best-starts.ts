import type { Random } from '../numeric/random.ts'
import { type Centres, type Iterated, iterate, scatterCentres } from './centres.ts'
import type { WeightedPoints } from './heat-points.ts'
import { weightedPass } from './passes.ts'

export interface StartOptions {
  readonly restarts: number
  readonly maxIterations: number
  readonly random: Random
  /** Centres to start from besides. */
  readonly known?: readonly Centres[]
}

/** Fall of the inertia, relative to it, at which an iteration has converged (ours: far below any figure shown). */
const CONVERGED = 1e-5
/** The same while the starts are only compared: which ones may win is clear long before they have converged (ours). */
const COMPARABLE = 1e-3
/** So many of the best are brought to their end; the order of near ones can change on the way (ours). */
const FINALISTS = 8
/** Ends whose inertias differ by less than this part are the same end. */
const SAME_END = 1e-4
/** Ends worse than the best by more than this part cannot be the best of the points a coreset stands for (ours). */
const RIVAL = 0.03

/** The different ends of several starts by k-means++ and of the known ones that may be the best, best first. */
export const bestStarts = (
  points: WeightedPoints,
  options: StartOptions,
): readonly [Iterated, ...Iterated[]] => {
  const { restarts, maxIterations, random, known = [] } = options
  const scattered = Array.from({ length: restarts }, () => scatterCentres(points, random))
  const byInertia = (a: Iterated, b: Iterated) => a.inertia - b.inertia
  const [best, ...others] = [...scattered, ...known]
    .map(centres => resume(points, begin(points, centres), { maxIterations, tolerance: COMPARABLE }))
    .sort(byInertia)
    .slice(0, FINALISTS)
    .map(start => resume(points, start, { maxIterations, tolerance: CONVERGED }))
    .sort(byInertia)
  if (!best) throw new RangeError('page heat is sorted from at least one start')
  const rivals = others.filter(
    ({ inertia }, place) =>
      inertia <= best.inertia * (1 + RIVAL) && inertia > (others[place - 1] ?? best).inertia * (1 + SAME_END),
  )
  return [best, ...rivals]
}

const begin = (points: WeightedPoints, centres: Centres): Iterated => ({
  ...weightedPass(points, centres),
  centres,
  iterations: 0,
})

const resume = (points: WeightedPoints, from: Iterated, limits: Parameters<typeof iterate>[1]): Iterated =>
  iterate(from, limits, centres => weightedPass(points, centres))
