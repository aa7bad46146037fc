import type { Centres, Pass } from './centres.ts'
import type { HeatPoints, WeightedPoints } from './heat-points.ts'

/*
 * Each pass is one flat loop with everything in local numbers; sharing their body would cost a call or a branch a
 * point, and there can be two million points. None branches on the nearest centre: which one it is cannot be
 * foretold, and a wrong guess of the processor costs more than adding zeros to the two other sums.
 */

/** One pass over weighted points. */
export const weightedPass = (points: WeightedPoints, centres: Centres): Pass => {
  const { frequency, locality, recency, weight } = points
  const [f0 = 0, l0 = 0, r0 = 0, f1 = 0, l1 = 0, r1 = 0, f2 = 0, l2 = 0, r2 = 0] = centres
  let [sf0, sl0, sr0, w0, sf1, sl1, sr1, w1, sf2, sl2, sr2, w2] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  let inertia = 0
  for (let point = 0; point < weight.length; point++) {
    const f = frequency[point] as number
    const l = locality[point] as number
    const r = recency[point] as number
    const w = weight[point] as number
    const d0 = (f - f0) * (f - f0) + (l - l0) * (l - l0) + (r - r0) * (r - r0)
    const d1 = (f - f1) * (f - f1) + (l - l1) * (l - l1) + (r - r1) * (r - r1)
    const d2 = (f - f2) * (f - f2) + (l - l2) * (l - l2) + (r - r2) * (r - r2)
    const is2 = Number(d2 < d0) & Number(d2 < d1)
    const is1 = Number(d1 < d0) & (is2 ^ 1)
    const in2 = w * is2
    const in1 = w * is1
    const in0 = w * ((is1 | is2) ^ 1)
    inertia += in0 * d0 + in1 * d1 + in2 * d2
    sf0 += in0 * (f - f0)
    sl0 += in0 * (l - l0)
    sr0 += in0 * (r - r0)
    w0 += in0
    sf1 += in1 * (f - f1)
    sl1 += in1 * (l - l1)
    sr1 += in1 * (r - r1)
    w1 += in1
    sf2 += in2 * (f - f2)
    sl2 += in2 * (l - l2)
    sr2 += in2 * (r - r2)
    w2 += in2
  }
  const sums = Float64Array.of(sf0, sl0, sr0, w0, sf1, sl1, sr1, w1, sf2, sl2, sr2, w2)
  return { sums, inertia }
}

/** One pass over the points themselves, which also writes the number of each one's cluster into `labels`. */
export const labellingPass = (points: HeatPoints, centres: Centres, labels: Uint8Array): Pass => {
  const { frequency, locality, recency } = points
  const [f0 = 0, l0 = 0, r0 = 0, f1 = 0, l1 = 0, r1 = 0, f2 = 0, l2 = 0, r2 = 0] = centres
  let [sf0, sl0, sr0, sf1, sl1, sr1, sf2, sl2, sr2] = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  let [size1, size2, inertia] = [0, 0, 0]
  for (let point = 0; point < labels.length; point++) {
    const f = frequency[point] as number
    const l = locality[point] as number
    const r = recency[point] as number
    const d0 = (f - f0) * (f - f0) + (l - l0) * (l - l0) + (r - r0) * (r - r0)
    const d1 = (f - f1) * (f - f1) + (l - l1) * (l - l1) + (r - r1) * (r - r1)
    const d2 = (f - f2) * (f - f2) + (l - l2) * (l - l2) + (r - r2) * (r - r2)
    const in2 = Number(d2 < d0) & Number(d2 < d1)
    const in1 = Number(d1 < d0) & (in2 ^ 1)
    const in0 = (in1 | in2) ^ 1
    labels[point] = in1 + in2 + in2
    inertia += in0 * d0 + in1 * d1 + in2 * d2
    sf0 += in0 * (f - f0)
    sl0 += in0 * (l - l0)
    sr0 += in0 * (r - r0)
    sf1 += in1 * (f - f1)
    sl1 += in1 * (l - l1)
    sr1 += in1 * (r - r1)
    size1 += in1
    sf2 += in2 * (f - f2)
    sl2 += in2 * (l - l2)
    sr2 += in2 * (r - r2)
    size2 += in2
  }
  const size0 = labels.length - size1 - size2
  const sums = Float64Array.of(sf0, sl0, sr0, size0, sf1, sl1, sr1, size1, sf2, sl2, sr2, size2)
  return { sums, inertia }
}

/** The nearest centre of each point and the squared distance to it, with no sums to move the centres by. */
export const nearestPass = (
  { frequency, locality, recency }: HeatPoints,
  centres: Centres,
): {
  readonly labels: Uint8Array
  readonly distances: Float64Array
  readonly sizes: readonly [number, number, number]
  readonly inertia: number
} => {
  const [f0 = 0, l0 = 0, r0 = 0, f1 = 0, l1 = 0, r1 = 0, f2 = 0, l2 = 0, r2 = 0] = centres
  const labels = new Uint8Array(frequency.length)
  const distances = new Float64Array(frequency.length)
  let [size1, size2, inertia] = [0, 0, 0]
  for (let point = 0; point < labels.length; point++) {
    const f = frequency[point] as number
    const l = locality[point] as number
    const r = recency[point] as number
    const d0 = (f - f0) * (f - f0) + (l - l0) * (l - l0) + (r - r0) * (r - r0)
    const d1 = (f - f1) * (f - f1) + (l - l1) * (l - l1) + (r - r1) * (r - r1)
    const d2 = (f - f2) * (f - f2) + (l - l2) * (l - l2) + (r - r2) * (r - r2)
    const in2 = Number(d2 < d0) & Number(d2 < d1)
    const in1 = Number(d1 < d0) & (in2 ^ 1)
    const distance = ((in1 | in2) ^ 1) * d0 + in1 * d1 + in2 * d2
    labels[point] = in1 + in2 + in2
    distances[point] = distance
    inertia += distance
    size1 += in1
    size2 += in2
  }
  return { labels, distances, sizes: [labels.length - size1 - size2, size1, size2], inertia }
}
