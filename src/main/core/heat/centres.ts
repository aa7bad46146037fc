import type { Random } from '../numeric/random.ts'
import type { WeightedPoints } from './heat-points.ts'

/** Three cluster centres as nine numbers: frequency, locality and recency of each. */
export type Centres = Float64Array

/** One Lloyd pass: what the points add up to around the centres that were given. */
export interface Pass {
  /**
   * For each of the three clusters: sums of the differences in frequency, locality and recency from its centre, and the
   * weight. Differences, because sums of the numbers themselves lose their last digits far from zero.
   */
  readonly sums: Float64Array
  /** Weighted sum of squared distances to the nearest centre (S1 eq 14). */
  readonly inertia: number
}

/** Centres and the pass over them, after how many iterations. */
export interface Iterated extends Pass {
  readonly centres: Centres
  readonly iterations: number
}

/** How long to iterate: until the inertia falls by no more than `tolerance` of itself. */
export interface Limits {
  readonly maxIterations: number
  readonly tolerance: number
}

export const weightOf = (pass: Pass, cluster: number): number => pass.sums[cluster * 4 + 3] ?? 0

/** The means of a pass; a cluster that nothing is nearest to keeps its centre. */
const meansOfPass = (pass: Pass, around: Centres): Centres => {
  const centres = around.slice()
  for (let cluster = 0; cluster < 3; cluster++) {
    const weight = weightOf(pass, cluster)
    if (weight > 0)
      for (let axis = 0; axis < 3; axis++)
        centres[cluster * 3 + axis] =
          (around[cluster * 3 + axis] ?? 0) + (pass.sums[cluster * 4 + axis] ?? 0) / weight
  }
  return centres
}

/** Lloyd's iteration: means and passes in turn. The last pass was over the centres that are returned. */
export const iterate = (
  from: Iterated,
  { maxIterations, tolerance }: Limits,
  passOver: (centres: Centres) => Pass,
): Iterated => {
  let last = from
  for (let isConverged = false; !isConverged && last.iterations < maxIterations; ) {
    const centres = meansOfPass(last, last.centres)
    const pass = passOver(centres)
    isConverged = last.inertia - pass.inertia <= tolerance * last.inertia
    last = { ...pass, centres, iterations: last.iterations + 1 }
  }
  return last
}

/** k-means++ (S1 4.5): the first centre by weight, each next one by weight times squared distance to the nearest. */
export const scatterCentres = (points: WeightedPoints, random: Random): Centres => {
  const { frequency, locality, recency, weight } = points
  const centres = new Float64Array(9)
  const chances = weight.slice()
  const nearest = new Float64Array(weight.length).fill(Number.POSITIVE_INFINITY)
  for (let cluster = 0; cluster < 3; cluster++) {
    const chosen = drawn(chances, random.unit())
    const f = frequency[chosen] ?? 0
    const l = locality[chosen] ?? 0
    const r = recency[chosen] ?? 0
    centres.set([f, l, r], cluster * 3)
    for (let point = 0; point < weight.length; point++) {
      const df = (frequency[point] as number) - f
      const dl = (locality[point] as number) - l
      const dr = (recency[point] as number) - r
      const distance = Math.min(df * df + dl * dl + dr * dr, nearest[point] as number)
      nearest[point] = distance
      chances[point] = distance * (weight[point] as number)
    }
  }
  return centres
}

/** The index at which the running sum of `chances` passes `at` (0..1) of their total. */
const drawn = (chances: Float64Array, at: number): number => {
  let total = 0
  for (let index = 0; index < chances.length; index++) total += chances[index] as number
  let left = at * total
  let last = 0
  for (let index = 0; index < chances.length; index++) {
    const chance = chances[index] as number
    if (chance === 0) continue
    last = index
    left -= chance
    if (left < 0) break
  }
  return last
}
