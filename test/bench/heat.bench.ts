import { performance } from 'node:perf_hooks'
import { kmeans } from 'ml-kmeans'
import { clusterHeat } from '../../src/main/core/heat/cluster-heat.ts'
import type { HeatPoints } from '../../src/main/core/heat/heat-points.ts'
import { evenHeatPoints, skewedHeatPoints } from '../support/heat-points.ts'
import { deviationOf, medianOf } from './statistics.ts'

const WARM_UP = 3
const ROUNDS = 9
/** A page_heat answer, and every page of a guest of 8 GiB. */
const SIZES = [65_536, 2_097_152]
/** The peer takes seconds and a gigabyte above this. */
const PEER_MAX = 65_536

const peerMs = (points: HeatPoints, seed: number): number => {
  const rows = Array.from(points.frequency, (f, region) => [
    f,
    points.locality[region] ?? 0,
    points.recency[region] ?? 0,
  ])
  const fromMs = performance.now()
  kmeans(rows, 3, { initialization: 'kmeans++', seed, maxIterations: 300 })
  return performance.now() - fromMs
}

const measure = (points: HeatPoints): Record<string, string> => {
  const ours: number[] = []
  const peers: number[] = []
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const fromMs = performance.now()
    clusterHeat(points, { seed: round, restarts: 8 })
    if (round >= WARM_UP) ours.push(performance.now() - fromMs)
    if (round >= WARM_UP && points.frequency.length <= PEER_MAX) peers.push(peerMs(points, round))
  }
  return {
    'min ms': Math.min(...ours).toFixed(1),
    'median ms': medianOf(ours).toFixed(1),
    'deviation ms': deviationOf(ours).toFixed(1),
    'ml-kmeans, one start, median ms': peers.length > 0 ? medianOf(peers).toFixed(0) : '-',
  }
}

/** K-means of page heat with eight starts, on this thread. */
export const bench = {
  name: 'heat',
  run: async () => {
    const rows: Record<string, Record<string, string>> = {}
    for (const size of SIZES) {
      rows[`${size} skewed`] = measure(skewedHeatPoints(size, 1))
      rows[`${size} even`] = measure(evenHeatPoints(size, 1))
    }
    console.table(rows)
  },
}
