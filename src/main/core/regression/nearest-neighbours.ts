import type { Fit, Predictor } from './regression.ts'

const squaredDistance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + (value - (b[at] ?? 0)) ** 2, 0)

/** Row numbers of the `count` nearest rows, nearest first; of equally near ones the earlier. */
export const nearestRows = (
  rows: readonly (readonly number[])[],
  features: readonly number[],
  count: number,
): readonly number[] =>
  rows
    .map((row, at) => ({ at, distance: squaredDistance(row, features) }))
    .sort((a, b) => a.distance - b.distance || a.at - b.at)
    .slice(0, count)
    .map(({ at }) => at)

/** K-nearest-neighbours regression: the mean target of the `count` nearest rows (S4's model). */
export const nearestNeighbours =
  (count: number): Fit =>
  ({ rows, targets }): Predictor =>
  features => {
    const near = nearestRows(rows, features, count)
    return near.reduce((sum, at) => sum + (targets[at] ?? 0), 0) / Math.max(1, near.length)
  }
