import type { HeatCentroid } from '../../../shared/model/heat.ts'
import { Random } from '../numeric/random.ts'
import { bestStarts } from './best-starts.ts'
import { type Centres, type Iterated, iterate, type Pass } from './centres.ts'
import { coresetOf, eachPoint, evenSample } from './coreset.ts'
import { centroidsOf, heatOrder, relabel } from './heat-order.ts'
import { checkPoints, firstDistinct, type HeatPoints } from './heat-points.ts'
import { keepClasses } from './keep-classes.ts'
import { labellingPass } from './passes.ts'

export interface HeatOptions {
  /** Same points, same options, same clusters. */
  readonly seed: number
  /** Starts by k-means++, of which the best is taken. */
  readonly restarts: number
  /** S1 4.5: 300. */
  readonly maxIterations?: number
  /** Passes over all points at most; without it about four million visits in all. */
  readonly maxPasses?: number
  /** The reading before: one more start, preferred when it is about as good as the best. */
  readonly previous?: PreviousHeat
}

export interface PreviousHeat {
  /** Cold, warm, hot. */
  readonly centroids: readonly HeatCentroid[]
  /** Of the same regions; those of others are not compared. */
  readonly labels: Uint8Array
}

export interface HeatClustering {
  /**
   * One a region: 0 cold, 1 warm, 2 hot, by the write frequency of the nearest centroid; after a reading before, a region
   * about as near to its old class keeps that.
   */
  readonly labels: Uint8Array
  /** Cold, warm, hot; `size` counts the regions nearest to each. */
  readonly centroids: readonly [HeatCentroid, HeatCentroid, HeatCentroid]
  /** S1 eq 14: sum of squared distances to the centroids, in the units of the points. */
  readonly inertia: number
  /** Lloyd iterations of the start that was taken, those over the points themselves included. */
  readonly iterations: number
}

const MAX_ITERATIONS = 300
/** From twice as many points on, starts are compared on a coreset of this size (measured: inertia within 0.3 %). */
const CORESET_SIZE = 4096
/** Drawn evenly for the first, rough centres, around which the coreset is drawn. */
const SAMPLE_SIZE = 2048
const SAMPLE_RESTARTS = 4
/** A coreset whose inertia is wrong by more than this has missed something far away (ours). */
const CORESET_ERROR = 0.05
/** One drawn around centres with more than so many times the inertia was spent on what is now settled (ours). */
const CORESET_PROGRESS = 2
const MAX_CORESETS = 6
/** Iterations over all points after which it is clear which of several starts is the best (ours). */
const DECIDING_PASSES = 8
/** Passes over all points cost this much together; after a good coreset the first one does nearly all there is to do. */
const MAX_VISITS = 4_000_000
/** A start from the previous centroids is taken while it is at most this much worse than the best (ours). */
const LOYALTY = 1.005
/** Clusters that were ordered before keep their order until their frequencies differ by this part of the largest. */
const ORDER_SLACK = 0.02

/**
 * K-means with K = 3 (S1 3.5, 4.5, 5.6, eq 13 and 14) on the points as given, none rescaled. Fewer than three distinct
 * points: two are cold and hot, one is cold, and the missing classes have size 0. Throws a RangeError on a number that
 * is negative or not finite.
 */
export const clusterHeat = (points: HeatPoints, options: HeatOptions): HeatClustering => {
  checkPoints(points)
  const distinct = firstDistinct(points)
  if (distinct.length < 3) return clusterFew(points, distinct)
  const labels = new Uint8Array(points.frequency.length)
  const label = (centres: Centres) => labellingPass(points, centres, labels)
  const { seed, maxIterations = MAX_ITERATIONS } = options
  const search = { ...options, maxIterations, random: new Random(seed), label, labels }
  const fresh = settled(findStart(points, search), search)
  const previous = options.previous && centresOf(options.previous.centroids)
  const loyal = previous && settled({ ...label(previous), centres: previous, iterations: 0 }, search)
  const isLoyal = loyal !== undefined && loyal.inertia <= fresh.inertia * LOYALTY
  const found = isLoyal ? loyal : fresh
  if (loyal && !isLoyal) label(fresh.centres)
  const order = heatOrder(found.centres, isLoyal ? ORDER_SLACK : 0)
  relabel(labels, order)
  const centroids = centroidsOf(found, order)
  const before = options.previous?.labels
  if (isLoyal && before?.length === labels.length) keepClasses(points, centroids, { labels, before })
  return { labels, centroids, inertia: found.inertia, iterations: found.iterations }
}

interface Search extends HeatOptions {
  readonly random: Random
  readonly maxIterations: number
  /** A pass over all points, which also writes `labels`. */
  readonly label: (centres: Centres) => Pass
  readonly labels: Uint8Array
}

/** Iterates over all points until nothing changes or the visits are used up. */
const settled = (start: Iterated, { maxIterations, maxPasses, labels, label }: Search): Iterated => {
  const passes = maxPasses ?? Math.max(1, Math.floor(MAX_VISITS / labels.length))
  return iterate(
    start,
    { maxIterations: Math.min(maxIterations, start.iterations + passes), tolerance: 0 },
    label,
  )
}

/** Where to begin with all points; `labels` are those of the centres that are returned. */
const findStart = (points: HeatPoints, search: Search): Iterated => {
  const { random, maxIterations, restarts, labels } = search
  const options = { random, maxIterations, restarts }
  if (labels.length <= 2 * CORESET_SIZE) return passed(bestStarts(eachPoint(points), options)[0], search)
  const sample = evenSample(points, SAMPLE_SIZE, random)
  let [start] = bestStarts(sample, { ...options, restarts: SAMPLE_RESTARTS })
  for (let drawn = 0; drawn < MAX_CORESETS; drawn++) {
    const coreset = coresetOf(points, start.centres, { size: CORESET_SIZE, random })
    const [found, ...rivals] = bestStarts(coreset.points, { ...options, known: [start.centres] })
    start = passed(found, search)
    const isTrue = Math.abs(start.inertia - found.inertia) <= CORESET_ERROR * start.inertia
    if (isTrue && coreset.inertia <= CORESET_PROGRESS * start.inertia)
      return decided([start, ...rivals], search)
  }
  return start
}

const passed = (start: Iterated, { label }: Search): Iterated => ({ ...start, ...label(start.centres) })

/** The best of the starts on all points, as far as there are visits left to compare them. */
const decided = ([first, ...rivals]: readonly [Iterated, ...Iterated[]], search: Search): Iterated => {
  const affordable = Math.floor(MAX_VISITS / DECIDING_PASSES / search.labels.length) - 1
  if (affordable < 1 || rivals.length === 0) return first
  const best = [first, ...rivals.slice(0, affordable)]
    .map(start => settled(passed(start, search), { ...search, maxPasses: DECIDING_PASSES }))
    .reduce((better, other) => (other.inertia < better.inertia ? other : better))
  return passed(best, search)
}

/** Undefined when some are the stand-ins of a class that had no regions: nothing can start from two equal centres. */
const centresOf = (centroids: readonly HeatCentroid[]): Centres | undefined =>
  centroids.length === 3 && centroids.every(centroid => centroid.size > 0)
    ? Float64Array.from(
        centroids.flatMap(({ frequency, locality, recency }) => [frequency, locality, recency]),
      )
    : undefined

const clusterFew = (points: HeatPoints, distinct: readonly number[]): HeatClustering => {
  const { frequency, locality, recency } = points
  const centre = (region: number) => [frequency[region] ?? 0, locality[region] ?? 0, recency[region] ?? 0]
  const [first = 0, second = first] = distinct
  const both = Float64Array.from([...centre(first), ...centre(first), ...centre(second)])
  const [, , last] = heatOrder(both, 0)
  const [cold, hot] = last === 2 ? [first, second] : [second, first]
  const centres = Float64Array.from([...centre(cold), ...centre(cold), ...centre(hot)])
  const labels = new Uint8Array(frequency.length)
  const pass = labellingPass(points, centres, labels)
  return { labels, centroids: centroidsOf({ ...pass, centres }, [0, 1, 2]), inertia: 0, iterations: 0 }
}
