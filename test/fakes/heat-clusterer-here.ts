import { clusterHeat } from '../../src/main/core/heat/cluster-heat.ts'
import type { HeatClusterer } from '../../src/main/ports/heat-clusterer.ts'

/** Clusters at once, on the caller's thread. */
export const heatClustererHere: HeatClusterer = {
  cluster: async (vmId, { atMs, regionPages, totalPages, ...points }) => {
    const { labels: classes, ...found } = clusterHeat(points, { seed: 1, restarts: 2 })
    return { vmId, atMs, regionPages, totalPages, classes, frequency: points.frequency, ...found }
  },
  close: async () => {},
}
