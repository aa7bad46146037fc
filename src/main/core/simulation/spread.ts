/** Values in order stand for equally likely parts, each at the middle of its own; between them it is linear. */
const middleOf = (index: number, count: number): number => (index + 0.5) / count

/** The value below which a share `p` lies (Hazen's quantile); at the ends the first and the last value. */
export const valueAt = (sorted: readonly number[], p: number): number => {
  const place = Math.min(sorted.length - 1, Math.max(0, p * sorted.length - 0.5))
  const below = Math.floor(place)
  const low = sorted[below] ?? 0
  const high = sorted[below + 1] ?? low
  return low + (high - low) * (place - below)
}

/** The share that lies at `limit` or above: the inverse, and 0 or 1 beyond the ends. */
export const shareAtLeast = (sorted: readonly number[], limit: number): number => {
  const reached = sorted.findIndex(value => value >= limit)
  if (reached < 0) return 0
  if (reached === 0) return 1
  const [low, high] = [sorted[reached - 1] ?? 0, sorted[reached] ?? 0]
  const within = high > low ? (limit - low) / (high - low) : 1
  const count = sorted.length
  return 1 - (middleOf(reached - 1, count) + within / count)
}
