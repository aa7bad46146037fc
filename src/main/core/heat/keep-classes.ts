import type { HeatCentroid } from '../../../shared/model/heat.ts'
import type { HeatPoints } from './heat-points.ts'

/** A region keeps its class while its centroid is at most this much farther away than the nearest (ours). */
const SLACK = 1.2

/**
 * Gives regions near a border between two classes the class they had before, so that they do not flicker while their
 * figures stay as they are and only the centroids move. Changes `labels`.
 */
export const keepClasses = (
  points: HeatPoints,
  centroids: readonly HeatCentroid[],
  { labels, before }: { readonly labels: Uint8Array; readonly before: Uint8Array },
): void => {
  const distanceSquared = (region: number, label: number): number => {
    const centroid = centroids[label]
    if (!centroid) return Number.POSITIVE_INFINITY
    const f = (points.frequency[region] ?? 0) - centroid.frequency
    const l = (points.locality[region] ?? 0) - centroid.locality
    const r = (points.recency[region] ?? 0) - centroid.recency
    return f * f + l * l + r * r
  }
  for (let region = 0; region < labels.length; region++) {
    const [now, was] = [labels[region] ?? 0, before[region] ?? 0]
    if (now === was) continue
    if (distanceSquared(region, was) <= SLACK * SLACK * distanceSquared(region, now)) labels[region] = was
  }
}
