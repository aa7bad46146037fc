import { clusterHeat } from '../../src/main/core/heat/cluster-heat.ts'
import { hardDistributions, hardHeatPoints } from '../support/heat-points.ts'
import { bestPeerInertia } from '../support/peer-k-means.ts'

const COUNT = 40_000
const SEEDS = [1, 2, 3]

/** Inertia of page heat over that of the best of ten seeded ml-kmeans starts; the target is at most 1.01. */
export const bench = {
  name: 'heat-quality',
  about: 'K-means of page heat on hard distributions, inertia against a peer',
  run: async () => {
    const rows: Record<string, Record<string, string>> = {}
    for (const name of hardDistributions) {
      const points = hardHeatPoints(name, { count: COUNT, seed: 5 })
      const peer = bestPeerInertia(points)
      const ratios = SEEDS.map(seed => clusterHeat(points, { seed, restarts: 24 }).inertia / peer)
      rows[name] = { least: Math.min(...ratios).toFixed(4), most: Math.max(...ratios).toFixed(4) }
    }
    console.log(`${COUNT} points, ${SEEDS.length} seeds of ours; ratio to the best of ten ml-kmeans starts`)
    console.table(rows)
  },
}
