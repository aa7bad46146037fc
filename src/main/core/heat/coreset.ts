import type { Random } from '../numeric/random.ts'
import type { Centres } from './centres.ts'
import type { HeatPoints, WeightedPoints } from './heat-points.ts'
import { nearestPass } from './passes.ts'

/** The points themselves, each standing for itself. */
export const eachPoint = ({ frequency, locality, recency }: HeatPoints): WeightedPoints => ({
  frequency: Float64Array.from(frequency),
  locality: Float64Array.from(locality),
  recency: Float64Array.from(recency),
  weight: new Float64Array(frequency.length).fill(1),
})

/** `size` points drawn evenly, one at a random place of each stretch of the address space. */
export const evenSample = (points: HeatPoints, size: number, random: Random): WeightedPoints => {
  const stride = points.frequency.length / size
  const chosen = Int32Array.from({ length: size }, (_, n) => (n + random.unit()) * stride)
  return gather(points, chosen, new Float64Array(size).fill(stride))
}

export interface Coreset {
  readonly points: WeightedPoints
  /** Of all points around the centres that the coreset was drawn around. */
  readonly inertia: number
}

/**
 * About `size` weighted points whose inertia around any three centres is close to that of all points: each is drawn
 * with a chance that follows, in equal parts, its share of the inertia around the given centres and its share of its
 * cluster (sensitivity sampling: Feldman and Langberg 2011; Bachem, Lucic and Krause 2017). A point that is certain to
 * be drawn is taken as itself, so that a few far ones are all there.
 */
export const coresetOf = (
  points: HeatPoints,
  centres: Centres,
  { size, random }: { readonly size: number; readonly random: Random },
): Coreset => {
  const { labels, distances, sizes, inertia } = nearestPass(points, centres)
  const perInertia = inertia > 0 ? size / 2 / inertia : 0
  const perMember = Float64Array.from(sizes, members => size / 6 / Math.max(members, 1))
  const chosen = new Int32Array(size + 2)
  const weight = new Float64Array(size + 2)
  let count = 0
  let passed = 0
  let next = random.unit()
  for (let point = 0; point < labels.length; point++) {
    const chance = (distances[point] as number) * perInertia + (perMember[labels[point] as number] as number)
    if (chance < 1) {
      passed += chance
      if (passed < next) continue
      // One draw at a random place of each whole number, so that at most one more than the sum is drawn.
      next = Math.floor(next) + 1 + random.unit()
    }
    chosen[count] = point
    weight[count++] = chance < 1 ? 1 / chance : 1
  }
  return { points: gather(points, chosen.subarray(0, count), weight.slice(0, count)), inertia }
}

const gather = (points: HeatPoints, chosen: Int32Array, weight: Float64Array): WeightedPoints => {
  const pick = (column: HeatPoints['frequency']) =>
    Float64Array.from(chosen, point => column[point] as number)
  return {
    frequency: pick(points.frequency),
    locality: pick(points.locality),
    recency: pick(points.recency),
    weight,
  }
}
