import type { Fit } from './regression.ts'

/** Added to the diagonal, so that columns that depend on each other do no harm. */
const RIDGE = 1e-8

/** Solves a x = b by Gaussian elimination with partial pivoting; both are consumed. */
const solve = (a: number[][], b: number[]): readonly number[] => {
  const size = b.length
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++)
      if (Math.abs(a[row]?.[column] ?? 0) > Math.abs(a[pivot]?.[column] ?? 0)) pivot = row
    ;[a[column], a[pivot]] = [a[pivot] ?? [], a[column] ?? []]
    ;[b[column], b[pivot]] = [b[pivot] ?? 0, b[column] ?? 0]
    const top = a[column] ?? []
    for (let row = column + 1; row < size; row++) {
      const line = a[row] ?? []
      const factor = (line[column] ?? 0) / (top[column] ?? 1)
      for (let k = column; k < size; k++) line[k] = (line[k] ?? 0) - factor * (top[k] ?? 0)
      b[row] = (b[row] ?? 0) - factor * (b[column] ?? 0)
    }
  }
  const x = new Array<number>(size).fill(0)
  for (let row = size - 1; row >= 0; row--) {
    const line = a[row] ?? []
    const known = x.reduce((sum, value, k) => (k > row ? sum + value * (line[k] ?? 0) : sum), 0)
    x[row] = ((b[row] ?? 0) - known) / (line[row] ?? 1)
  }
  return x
}

/** Least squares with an intercept, by the normal equations. */
export const linearRegression: Fit = ({ rows, targets }) => {
  const width = (rows[0]?.length ?? 0) + 1
  const normal = Array.from({ length: width }, (_, at) =>
    Array.from({ length: width }, (__, k) => (at === k && at > 0 ? RIDGE * rows.length : 0)),
  )
  const right = new Array<number>(width).fill(0)
  rows.forEach((row, at) => {
    const x = [1, ...row]
    for (let i = 0; i < width; i++) {
      const line = normal[i] ?? []
      for (let k = 0; k < width; k++) line[k] = (line[k] ?? 0) + (x[i] ?? 0) * (x[k] ?? 0)
      right[i] = (right[i] ?? 0) + (x[i] ?? 0) * (targets[at] ?? 0)
    }
  })
  const [intercept = 0, ...weights] = solve(normal, right)
  return features => weights.reduce((sum, weight, at) => sum + weight * (features[at] ?? 0), intercept)
}
