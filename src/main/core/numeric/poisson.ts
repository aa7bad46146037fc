import type { Random } from './random.ts'

/** Counts over this mean are drawn from the normal distribution with the same mean and variance. */
const NORMAL_FROM = 30

/** Number of events of a Poisson process in a time in which `mean` are expected. */
export const poisson = (mean: number, random: Random): number => {
  if (mean <= 0) return 0
  if (mean < NORMAL_FROM) {
    let [count, left] = [0, mean - random.exponential()]
    while (left > 0) {
      count++
      left -= random.exponential()
    }
    return count
  }
  const [u, v] = [1 - random.unit(), random.unit()]
  const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal))
}
