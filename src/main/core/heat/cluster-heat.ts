import type { HeatCentroid, HeatClass } from '../../../shared/model/heat.ts'
import { Random } from '../numeric/random.ts'
import { type Centres, type Iterated, iterate, scatterCentres } from './centres.ts'
import { foldPoints } from './fold-points.ts'
import { checkPoints, firstDistinct, type HeatPoints, type WeightedPoints } from './heat-points.ts'
import { labellingPass, weightedPass } from './passes.ts'

export interface HeatOptions {
  /** Same points, same options, same clusters. */
  readonly seed: number
  /** Starts by k-means++, of which the best is taken. */
  readonly restarts: number
  /** S1 4.5: 300. */
  readonly maxIterations?: number
  /** Centroids of the reading before, cold to hot: one more start, preferred when it is about as good as the best. */
  readonly previous?: readonly HeatCentroid[]
}

export interface HeatClustering {
  /** One a region: 0 cold, 1 warm, 2 hot, by the write frequency of the cluster's centroid. */
  readonly labels: Uint8Array
  /** Cold, warm, hot. */
  readonly centroids: readonly [HeatCentroid, HeatCentroid, HeatCentroid]
  /** S1 eq 14: sum of squared distances to the centroids, in the units of the points. */
  readonly inertia: number
  /** Lloyd iterations of the start that was taken, those over the points themselves included. */
  readonly iterations: number
}

const MAX_ITERATIONS = 300
/** Fall of the inertia, relative to it, at which an iteration has converged (ours: far below any figure shown). */
const CONVERGED = 1e-5
/** The same while the starts are only compared: which one wins is clear long before it has converged (ours). */
const COMPARABLE = 1e-3
/** A start from the previous centroids is taken while it is at most this much worse than the best (ours). */
const LOYALTY = 1.002
/** Clusters that were ordered before keep their order until their frequencies differ by this part of the largest. */
const ORDER_SLACK = 0.02

/**
 * K-means with K = 3 (S1 3.5, 4.5, 5.6, eq 13 and 14) on the points as given, none rescaled. Fewer than three distinct
 * points: two are cold and hot, one is cold, and the missing classes have size 0. Throws a RangeError on a number that
 * is not finite.
 */
export const clusterHeat = (points: HeatPoints, options: HeatOptions): HeatClustering => {
  checkPoints(points)
  const distinct = firstDistinct(points)
  if (distinct.length < 3) return clusterFew(points, distinct)
  const maxIterations = options.maxIterations ?? MAX_ITERATIONS
  const start = bestStart(foldPoints(points), { ...options, maxIterations })
  const labels = new Uint8Array(points.frequency.length)
  const left = Math.max(maxIterations - start.iterations, 0)
  const exact = iterate(start.centres, { maxIterations: left, tolerance: CONVERGED }, centres =>
    labellingPass(points, centres, labels),
  )
  const order = heatOrder(exact.centres, start.isFromPrevious ? ORDER_SLACK : 0)
  relabel(labels, order)
  return {
    labels,
    centroids: centroidsOf(exact, order),
    inertia: exact.inertia,
    iterations: start.iterations + exact.iterations,
  }
}

/** Replaces the number of each cluster by its place in `order`. */
const relabel = (labels: Uint8Array, order: readonly number[]): void => {
  if (order.every((cluster, place) => cluster === place)) return
  const places = Uint8Array.from([0, 1, 2], cluster => order.indexOf(cluster))
  for (let region = 0; region < labels.length; region++)
    labels[region] = places[labels[region] as number] as number
}

const bestStart = (folded: WeightedPoints, options: HeatOptions & { readonly maxIterations: number }) => {
  const run = (centres: Centres, tolerance: number, maxIterations = options.maxIterations) =>
    iterate(centres, { maxIterations, tolerance }, moved => weightedPass(folded, moved))
  const random = new Random(options.seed)
  let rough = run(scatterCentres(folded, random), COMPARABLE)
  for (let start = 1; start < options.restarts; start++) {
    const other = run(scatterCentres(folded, random), COMPARABLE)
    if (other.inertia < rough.inertia) rough = other
  }
  const fine = run(rough.centres, CONVERGED, options.maxIterations - rough.iterations)
  const best = { ...fine, iterations: rough.iterations + fine.iterations }
  const previous = options.previous && centresOf(options.previous)
  if (!previous) return { ...best, isFromPrevious: false }
  const loyal = run(previous, CONVERGED)
  const isFromPrevious = loyal.inertia <= best.inertia * LOYALTY
  return { ...(isFromPrevious ? loyal : best), isFromPrevious }
}

/** Undefined when some are the stand-ins of a class that had no regions: nothing can start from two equal centres. */
const centresOf = (centroids: readonly HeatCentroid[]): Centres | undefined =>
  centroids.length === 3 && centroids.every(centroid => centroid.size > 0)
    ? Float64Array.from(
        centroids.flatMap(({ frequency, locality, recency }) => [frequency, locality, recency]),
      )
    : undefined

const axisOf = (centres: Centres, cluster: number, axis: number): number => centres[cluster * 3 + axis] ?? 0

/** Clusters by rising frequency, then locality, then recency; those within `slack` of the largest stay as they are. */
const heatOrder = (centres: Centres, slack: number): readonly number[] => {
  const tolerance = slack * Math.max(...[0, 1, 2].map(cluster => Math.abs(axisOf(centres, cluster, 0))))
  const isHotter = (a: number, b: number): boolean => {
    const by = [0, 1, 2].map(axis => axisOf(centres, a, axis) - axisOf(centres, b, axis))
    if (slack > 0) return (by[0] ?? 0) > tolerance
    return (by.find(difference => difference !== 0) ?? 0) > 0
  }
  const order = [0, 1, 2]
  for (const at of [0, 1, 0]) {
    const [left = 0, right = 0] = order.slice(at, at + 2)
    if (isHotter(left, right)) order.splice(at, 2, right, left)
  }
  return order
}

const centroidsOf = (
  { centres, sums }: Pick<Iterated, 'centres' | 'sums'>,
  order: readonly number[],
): HeatClustering['centroids'] => {
  const centroid = (place: 0 | 1 | 2, label: HeatClass): HeatCentroid => {
    const cluster = order[place] ?? place
    return {
      label,
      frequency: axisOf(centres, cluster, 0),
      locality: axisOf(centres, cluster, 1),
      recency: axisOf(centres, cluster, 2),
      size: sums[cluster * 4 + 3] ?? 0,
    }
  }
  return [centroid(0, 'cold'), centroid(1, 'warm'), centroid(2, 'hot')]
}

const clusterFew = (points: HeatPoints, distinct: readonly number[]): HeatClustering => {
  const { frequency, locality, recency } = points
  const centre = (region: number) => [frequency[region] ?? 0, locality[region] ?? 0, recency[region] ?? 0]
  const [first = 0, second = first] = distinct
  const both = Float64Array.from([...centre(first), ...centre(first), ...centre(second)])
  const [, , last] = heatOrder(both, 0)
  const [cold, hot] = last === 2 ? [first, second] : [second, first]
  const centres = Float64Array.from([...centre(cold), ...centre(cold), ...centre(hot)])
  const labels = new Uint8Array(frequency.length)
  const { sums } = labellingPass(points, centres, labels)
  return { labels, centroids: centroidsOf({ centres, sums }, [0, 1, 2]), inertia: 0, iterations: 0 }
}
