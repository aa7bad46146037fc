/** Formulas of S1 as small functions, by its equation numbers; those of the engine itself stand where they are used (docs/policies.md). */

/** Eq 2 and 12: whether pre-copy gives way. `round` counts from 1; `i > N_max`, not `>=`. */
export const givesWay = (
  { dirtyRatio, round }: { readonly dirtyRatio: number; readonly round: number },
  { theta, maxRounds }: { readonly theta: number; readonly maxRounds: number },
): boolean => dirtyRatio >= theta || round > maxRounds

/** Eq 3 and 15: ms that memory takes when its clustered part goes at the enhanced rate. Bytes and bytes/s. */
export const clusteredTransferMs = (
  memory: { readonly bytes: number; readonly clusterBytes: number },
  rate: { readonly bytesPerSecond: number; readonly enhancedBytesPerSecond: number },
): number =>
  ((memory.bytes - memory.clusterBytes) * 1000) / rate.bytesPerSecond +
  (memory.clusterBytes * 1000) / rate.enhancedBytesPerSecond

/**
 * B_enhanced, which the paper leaves open: what a migration has of a link when it pushes `share` of the other traffic
 * aside, bytes/s, and what that takes from the others while it lasts.
 */
export const enhancedBandwidth = (
  link: { readonly capacityBytesPerSecond: number; readonly competingBytesPerSecond: number },
  share: number,
): { readonly bytesPerSecond: number; readonly displacedBytesPerSecond: number } => {
  const displacedBytesPerSecond = Math.min(link.competingBytesPerSecond, link.capacityBytesPerSecond) * share
  const free = Math.max(0, link.capacityBytesPerSecond - link.competingBytesPerSecond)
  return { bytesPerSecond: free + displacedBytesPerSecond, displacedBytesPerSecond }
}

/** Eq 4 for one moment; a figure that is not known (null) speaks for nothing. */
export const startsBy = (
  vm: {
    readonly cpuRatio: number | null
    readonly dirtyRatio: number | null
    readonly pageFaultsPerSecond: number | null
  },
  limit: { readonly cpuTrigger: number; readonly theta: number; readonly pageFaultsPerSecond: number },
): boolean =>
  (vm.cpuRatio ?? 0) >= limit.cpuTrigger ||
  (vm.dirtyRatio ?? 0) >= limit.theta ||
  (vm.pageFaultsPerSecond ?? 0) >= limit.pageFaultsPerSecond

/** Eq 7, 8 and 9: M_0, M_1, .. until M_i < epsilon or i > N_max; the last is what is left. Pages. */
export const roundSizes = (
  start: { readonly pages: number; readonly dirtyRatio: number },
  limit: { readonly epsilonPages: number; readonly maxRounds: number },
): readonly number[] => {
  const sizes = [start.pages]
  let next = start.pages * start.dirtyRatio
  for (let i = 1; next >= limit.epsilonPages && i <= limit.maxRounds; i++) {
    sizes.push(next)
    next *= start.dirtyRatio
  }
  return [...sizes, next]
}

/** Eq 10 and 11: ms that these pieces of bytes take, one after the other: T_pre over rounds, T_post over faulted pages. */
export const transferMs = (bytes: readonly number[], bytesPerSecond: number): number =>
  (bytes.reduce((sum, piece) => sum + piece, 0) * 1000) / bytesPerSecond

/** Eq 14: K-means' objective, the sum of squared distances of points to their clusters' centroids. */
export const clusterObjective = (
  points: readonly (readonly number[])[],
  labels: readonly number[],
  centroids: readonly (readonly number[])[],
): number =>
  points.reduce((sum, point, i) => {
    const centroid = centroids[labels[i] ?? 0] ?? []
    return sum + point.reduce((square, value, axis) => square + (value - (centroid[axis] ?? 0)) ** 2, 0)
  }, 0)

/** Eq 18: Pr(T_stop >= T_threshold) as the share of migrations, measured or simulated, that reached it; null of none. */
export const slaViolationProbability = (stopMs: readonly number[], thresholdMs: number): number | null =>
  stopMs.length === 0 ? null : stopMs.filter(ms => ms >= thresholdMs).length / stopMs.length
