import { performance } from 'node:perf_hooks'
import { clusterHeat } from '../../src/main/core/heat/cluster-heat.ts'
import type { HeatPoints } from '../../src/main/core/heat/heat-points.ts'
import { evenHeatPoints, skewedHeatPoints } from '../support/heat-points.ts'
import { peerInertia, rowsOf } from '../support/peer-k-means.ts'
import { medianOf } from './statistics.ts'

const WARM_UP = 3
const ROUNDS = 15
/** A page_heat answer, and every page of a guest of 8 GiB. */
const SIZES = [65_536, 2_097_152]
/** The peer takes seconds and a gigabyte above this. */
const PEER_MAX = 65_536

/** Time of this thread on a processor: what other work on the machine leaves alone. */
const threadMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

const peerMs = (points: HeatPoints, seed: number): number => {
  const rows = rowsOf(points)
  const fromMs = performance.now()
  peerInertia(rows, seed)
  return performance.now() - fromMs
}

/** Bytes beyond the points themselves that one run has taken when it ends; less when something was collected meanwhile. */
const takenBytes = (points: HeatPoints): number => {
  const before = process.memoryUsage()
  clusterHeat(points, { seed: 1, restarts: 24 })
  const after = process.memoryUsage()
  return after.arrayBuffers - before.arrayBuffers + Math.max(after.heapUsed - before.heapUsed, 0)
}

const measure = (points: HeatPoints): Record<string, string> => {
  const wall: number[] = []
  const thread: number[] = []
  const peers: number[] = []
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const [fromMs, threadFromMs] = [performance.now(), threadMs()]
    clusterHeat(points, { seed: round, restarts: 24 })
    if (round < WARM_UP) continue
    wall.push(performance.now() - fromMs)
    thread.push(threadMs() - threadFromMs)
    if (points.frequency.length <= PEER_MAX) peers.push(peerMs(points, round))
  }
  return {
    'min ms': Math.min(...wall).toFixed(1),
    'median ms': medianOf(wall).toFixed(1),
    'median ms on the processor': medianOf(thread).toFixed(1),
    'extra MiB': (Math.max(...[1, 2, 3, 4, 5].map(() => takenBytes(points))) / 2 ** 20).toFixed(1),
    'ml-kmeans, one start, median ms': peers.length > 0 ? medianOf(peers).toFixed(0) : '-',
  }
}

/** K-means of page heat with 24 starts, on this thread. */
export const bench = {
  name: 'heat',
  about: "K-means of page heat against a peer's, time and memory",
  run: async () => {
    const rows: Record<string, Record<string, string>> = {}
    for (const size of SIZES) {
      rows[`${size} skewed`] = measure(skewedHeatPoints(size, 1))
      rows[`${size} even`] = measure(evenHeatPoints(size, 1))
    }
    console.table(rows)
  },
}
