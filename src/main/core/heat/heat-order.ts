import type { HeatCentroid, HeatClass } from '../../../shared/model/heat.ts'
import { type Centres, type Iterated, weightOf } from './centres.ts'

const axisOf = (centres: Centres, cluster: number, axis: number): number => centres[cluster * 3 + axis] ?? 0

/**
 * Clusters by rising frequency, then locality, then recency. With a `slack` above 0 two clusters change places only
 * when their frequencies differ by more than this part of the largest.
 */
export const heatOrder = (centres: Centres, slack: number): readonly number[] => {
  const tolerance = slack * Math.max(...[0, 1, 2].map(cluster => Math.abs(axisOf(centres, cluster, 0))))
  const isHotter = (a: number, b: number): boolean => {
    const by = [0, 1, 2].map(axis => axisOf(centres, a, axis) - axisOf(centres, b, axis))
    if (slack > 0) return (by[0] ?? 0) > tolerance
    return (by.find(difference => difference !== 0) ?? 0) > 0
  }
  const order = [0, 1, 2]
  for (const at of [0, 1, 0]) {
    const [left = 0, right = 0] = order.slice(at, at + 2)
    if (isHotter(left, right)) order.splice(at, 2, right, left)
  }
  return order
}

/** The clusters in `order` as cold, warm and hot. */
export const centroidsOf = (
  iterated: Pick<Iterated, 'centres' | 'sums' | 'inertia'>,
  order: readonly number[],
): readonly [HeatCentroid, HeatCentroid, HeatCentroid] => {
  const centroid = (place: 0 | 1 | 2, label: HeatClass): HeatCentroid => {
    const cluster = order[place] ?? place
    return {
      frequency: axisOf(iterated.centres, cluster, 0),
      locality: axisOf(iterated.centres, cluster, 1),
      recency: axisOf(iterated.centres, cluster, 2),
      label,
      size: weightOf(iterated, cluster),
    }
  }
  return [centroid(0, 'cold'), centroid(1, 'warm'), centroid(2, 'hot')]
}

/** Replaces the number of each cluster by its place in `order`. */
export const relabel = (labels: Uint8Array, order: readonly number[]): void => {
  if (order.every((cluster, place) => cluster === place)) return
  const places = Uint8Array.from([0, 1, 2], cluster => order.indexOf(cluster))
  for (let region = 0; region < labels.length; region++)
    labels[region] = places[labels[region] as number] as number
}
