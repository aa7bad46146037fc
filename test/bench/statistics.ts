export const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2
}

export const deviationOf = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

/**
 * The values between which the median lies with at least 95 %, whatever the distribution: the order statistics k and
 * n + 1 - k, k being the largest with 2 P(Bin(n, 1/2) < k) <= 0.05. Below 6 values, all of them.
 */
export const medianInterval = (values: readonly number[]): readonly [number, number] => {
  const sorted = [...values].sort((a, b) => a - b)
  const count = sorted.length
  let [below, probability, rank] = [0, 0.5 ** count, 0]
  while (2 * (below + probability) <= 0.05) {
    below += probability
    probability *= (count - rank) / (rank + 1)
    rank++
  }
  const last = Math.max(0, rank - 1)
  return [sorted[last] ?? Number.NaN, sorted[count - 1 - last] ?? Number.NaN]
}
