import { boundsOf, type HeatPoints, type WeightedPoints } from './heat-points.ts'

/** Below this many points nothing is won by folding them. */
const FOLD_FROM = 4096
const FREQUENCY_BINS = 128
const RATIO_BINS = 32

/**
 * The points folded into the cells of a grid, each at its points' mean. Write frequencies are skewed over orders of
 * magnitude, so their bins follow the fourth root: 1/32 of the range at the top, far finer near the bottom.
 */
export const foldPoints = (points: HeatPoints): WeightedPoints => {
  const count = points.frequency.length
  if (count < FOLD_FROM) return { ...points, weight: new Float64Array(count).fill(1) }
  const { frequency, locality, recency } = points
  const [minF, scaleF] = scaleOf(frequency, 1)
  const [minL, scaleL] = scaleOf(locality, RATIO_BINS - 0.001)
  const [minR, scaleR] = scaleOf(recency, RATIO_BINS - 0.001)
  // Four numbers a cell, side by side: sums of the three columns, and how many.
  const cells = new Float64Array(FREQUENCY_BINS * RATIO_BINS * RATIO_BINS * 4)
  for (let region = 0; region < count; region++) {
    const f = frequency[region] as number
    const l = locality[region] as number
    const r = recency[region] as number
    const binF = (Math.sqrt(Math.sqrt((f - minF) * scaleF)) * (FREQUENCY_BINS - 0.001)) | 0
    const binL = ((l - minL) * scaleL) | 0
    const binR = ((r - minR) * scaleR) | 0
    const at = ((binF * RATIO_BINS + binL) * RATIO_BINS + binR) * 4
    cells[at] = (cells[at] as number) + f
    cells[at + 1] = (cells[at + 1] as number) + l
    cells[at + 2] = (cells[at + 2] as number) + r
    cells[at + 3] = (cells[at + 3] as number) + 1
  }
  return meansOf(cells)
}

const scaleOf = (column: Float32Array, to: number): readonly [min: number, scale: number] => {
  const [min, max] = boundsOf(column)
  return [min, max > min ? to / (max - min) : 0]
}

const meansOf = (cells: Float64Array): WeightedPoints => {
  let used = 0
  for (let at = 3; at < cells.length; at += 4) if (cells[at] !== 0) used++
  const frequency = new Float64Array(used)
  const locality = new Float64Array(used)
  const recency = new Float64Array(used)
  const weight = new Float64Array(used)
  let cell = 0
  for (let at = 0; at < cells.length; at += 4) {
    const size = cells[at + 3] as number
    if (size === 0) continue
    frequency[cell] = (cells[at] as number) / size
    locality[cell] = (cells[at + 1] as number) / size
    recency[cell] = (cells[at + 2] as number) / size
    weight[cell++] = size
  }
  return { frequency, locality, recency, weight }
}
