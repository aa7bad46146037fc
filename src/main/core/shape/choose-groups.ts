export type Points = readonly (readonly number[])[]

/** Puts points into k groups, starting from `initial` centroids where given. */
export type Cluster = (
  points: Points,
  k: number,
  initial?: Points,
) => { readonly labels: readonly number[]; readonly centroids: Points }

export interface Grouping {
  /** The group of each point. */
  readonly labels: readonly number[]
  readonly centroids: Points
}

const MOST_GROUPS = 5
/** Below this silhouette points are one cloud, and groups would be chance. Kaufman and Rousseeuw call 0.26 to 0.5 weak. */
const LEAST_SILHOUETTE = 0.35
/** Another number of groups must be better by this, else the groups stay as they are. */
const BETTER_BY = 0.05

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt(a.reduce((sum, value, at) => sum + (value - (b[at] ?? 0)) ** 2, 0))

/** Mean simplified silhouette: (b - a) / max(a, b) with the distances to the own and the nearest other centroid. */
export const silhouette = (points: Points, { labels, centroids }: Grouping): number => {
  const total = points.reduce((sum, point, at) => {
    const distances = centroids.map(centroid => distance(point, centroid))
    const own = distances[labels[at] ?? 0] ?? 0
    const other = Math.min(...distances.filter((_, group) => group !== labels[at]))
    const larger = Math.max(own, other)
    return sum + (larger > 0 ? (other - own) / larger : 0)
  }, 0)
  return total / points.length
}

const oneGroup = (points: Points): Grouping => ({
  labels: points.map(() => 0),
  centroids: [
    (points[0] ?? []).map((_, at) => points.reduce((sum, p) => sum + (p[at] ?? 0), 0) / points.length),
  ],
})

/**
 * Groups points: of 2 to 5 groups (fewer where there are fewer different points) the number with the best silhouette, one
 * group where none is good. `previous` centroids keep number and places of the groups unless others are clearly better.
 */
export const chooseGroups = (points: Points, cluster: Cluster, previous?: Points): Grouping => {
  const different = new Set(points.map(point => point.join(' '))).size
  let best: (Grouping & { readonly score: number }) | undefined
  for (let k = 2; k <= Math.min(MOST_GROUPS, different); k++) {
    const kept = previous?.length === k ? previous : undefined
    const grouping = cluster(points, k, kept)
    const score = silhouette(points, grouping) + (kept ? BETTER_BY : 0)
    if (!best || score > best.score) best = { ...grouping, score }
  }
  return best && best.score >= LEAST_SILHOUETTE ? best : oneGroup(points)
}
