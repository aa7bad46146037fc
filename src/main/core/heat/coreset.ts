import type { Random } from '../numeric/random.ts'
import { type Iterated, weightOf } from './centres.ts'
import type { HeatPoints, WeightedPoints } from './heat-points.ts'

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

/**
 * About `size` weighted points whose inertia around any three centres is close to that of all points: each is drawn
 * with a chance that follows, in equal parts, its share of the inertia around the given centres and its share of its
 * cluster (sensitivity sampling: Feldman and Langberg 2011; Bachem, Lucic and Krause 2017). A point that is certain to
 * be drawn is taken as itself, so that a few far ones are all there.
 */
export const coresetOf = (
  points: HeatPoints,
  around: Iterated & { readonly labels: Uint8Array },
  { size, random }: { readonly size: number; readonly random: Random },
): WeightedPoints => {
  const { frequency, locality, recency } = points
  const { centres, inertia, labels } = around
  const perInertia = inertia > 0 ? size / 2 / inertia : 0
  const perMember = Float64Array.of(0, 1, 2).map(cluster => size / 6 / Math.max(weightOf(around, cluster), 1))
  const chosen = new Int32Array(size + 2)
  const weight = new Float64Array(size + 2)
  let count = 0
  let passed = 0
  let next = random.unit()
  for (let point = 0; point < labels.length; point++) {
    const label = labels[point] as number
    const at = label * 3
    const df = (frequency[point] as number) - (centres[at] as number)
    const dl = (locality[point] as number) - (centres[at + 1] as number)
    const dr = (recency[point] as number) - (centres[at + 2] as number)
    const chance = (df * df + dl * dl + dr * dr) * perInertia + (perMember[label] as number)
    if (chance < 1) passed += chance
    if (chance < 1 && passed < next) continue
    chosen[count] = point
    weight[count++] = chance < 1 ? 1 / chance : 1
    // One draw at a random place of each whole number, so that at most one more than the sum is drawn.
    if (chance < 1) next = Math.floor(next) + 1 + random.unit()
  }
  return gather(points, chosen.subarray(0, count), weight.slice(0, count))
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
