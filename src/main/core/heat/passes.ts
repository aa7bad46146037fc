import type { Centres, Pass } from './centres.ts'
import type { HeatPoints, WeightedPoints } from './heat-points.ts'

/*
 * Both passes are one flat loop with everything in local numbers; sharing their body would cost a call or a branch a
 * point, and there can be two million points.
 */

/** One pass over weighted points. */
export const weightedPass = (points: WeightedPoints, centres: Centres): Pass => {
  const { frequency, locality, recency, weight } = points
  const [f0 = 0, l0 = 0, r0 = 0, f1 = 0, l1 = 0, r1 = 0, f2 = 0, l2 = 0, r2 = 0] = centres
  const sums = new Float64Array(12)
  let inertia = 0
  for (let point = 0; point < weight.length; point++) {
    const f = frequency[point] as number
    const l = locality[point] as number
    const r = recency[point] as number
    const w = weight[point] as number
    const d0 = (f - f0) * (f - f0) + (l - l0) * (l - l0) + (r - r0) * (r - r0)
    const d1 = (f - f1) * (f - f1) + (l - l1) * (l - l1) + (r - r1) * (r - r1)
    const d2 = (f - f2) * (f - f2) + (l - l2) * (l - l2) + (r - r2) * (r - r2)
    const at = d0 <= d1 && d0 <= d2 ? 0 : d1 <= d2 ? 4 : 8
    inertia += w * (at === 0 ? d0 : at === 4 ? d1 : d2)
    sums[at] = (sums[at] as number) + w * f
    sums[at + 1] = (sums[at + 1] as number) + w * l
    sums[at + 2] = (sums[at + 2] as number) + w * r
    sums[at + 3] = (sums[at + 3] as number) + w
  }
  return { sums, inertia }
}

/** One pass over the points themselves, which also writes the number of each one's cluster into `labels`. */
export const labellingPass = (points: HeatPoints, centres: Centres, labels: Uint8Array): Pass => {
  const { frequency, locality, recency } = points
  const [f0 = 0, l0 = 0, r0 = 0, f1 = 0, l1 = 0, r1 = 0, f2 = 0, l2 = 0, r2 = 0] = centres
  const sums = new Float64Array(12)
  let inertia = 0
  for (let point = 0; point < labels.length; point++) {
    const f = frequency[point] as number
    const l = locality[point] as number
    const r = recency[point] as number
    const d0 = (f - f0) * (f - f0) + (l - l0) * (l - l0) + (r - r0) * (r - r0)
    const d1 = (f - f1) * (f - f1) + (l - l1) * (l - l1) + (r - r1) * (r - r1)
    const d2 = (f - f2) * (f - f2) + (l - l2) * (l - l2) + (r - r2) * (r - r2)
    const label = d0 <= d1 && d0 <= d2 ? 0 : d1 <= d2 ? 1 : 2
    labels[point] = label
    inertia += label === 0 ? d0 : label === 1 ? d1 : d2
    const at = label << 2
    sums[at] = (sums[at] as number) + f
    sums[at + 1] = (sums[at + 1] as number) + l
    sums[at + 2] = (sums[at + 2] as number) + r
    sums[at + 3] = (sums[at + 3] as number) + 1
  }
  return { sums, inertia }
}
