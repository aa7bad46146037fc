import { kmeans } from 'ml-kmeans'
import type { HeatPoints } from '../../src/main/core/heat/heat-points.ts'

export const rowsOf = ({ frequency, locality, recency }: HeatPoints): number[][] =>
  Array.from(frequency, (f, region) => [f, locality[region] ?? 0, recency[region] ?? 0])

/** Sum of squared distances of each row to the centroid of its label. */
export const inertiaOf = (
  rows: readonly number[][],
  labels: ArrayLike<number>,
  centroids: readonly number[][],
): number =>
  rows.reduce((sum, row, index) => {
    const centroid = centroids[labels[index] ?? 0] ?? []
    return sum + row.reduce((d, value, axis) => d + (value - (centroid[axis] ?? 0)) ** 2, 0)
  }, 0)

/** One start of ml-kmeans with k-means++ on the points as given. */
export const peerInertia = (rows: number[][], seed: number): number => {
  const { clusters, centroids } = kmeans(rows, 3, { initialization: 'kmeans++', seed, maxIterations: 300 })
  return inertiaOf(rows, clusters, centroids)
}

/** The best of ten seeded starts. */
export const bestPeerInertia = (points: HeatPoints): number => {
  const rows = rowsOf(points)
  return Math.min(...Array.from({ length: 10 }, (_, seed) => peerInertia(rows, seed)))
}
