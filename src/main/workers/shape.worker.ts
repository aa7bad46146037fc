import { parentPort } from 'node:worker_threads'
import { kmeans } from 'ml-kmeans'
import type { ShapeGroup, ShapeMatrix } from '../../shared/model/workload-shape.ts'
import type { Cluster, Points } from '../core/shape/choose-groups.ts'
import { groupShapes } from '../core/shape/group-shapes.ts'

export interface ShapeOrder extends ShapeMatrix {
  readonly id: number
  readonly poolId: string
}

export interface ShapeAnswer {
  readonly id: number
  readonly groups: readonly ShapeGroup[]
  readonly unknownVmIds: readonly string[]
}

/** Any fixed number: the same workloads make the same groups. */
const SEED = 1
const MAX_ITERATIONS = 100

const cluster: Cluster = (points, k, initial) => {
  const rows = points.map(point => [...point])
  const start = initial ? initial.map(centroid => [...centroid]) : 'kmeans++'
  const { clusters, centroids } = kmeans(rows, k, {
    seed: SEED,
    maxIterations: MAX_ITERATIONS,
    initialization: start,
  })
  return { labels: clusters, centroids }
}

const previous = new Map<string, Points>()

const port = parentPort
if (!port) throw new Error('shape.worker runs as a worker thread only')
port.on('message', ({ id, poolId, ...matrix }: ShapeOrder) => {
  const { centroids, groups, unknownVmIds } = groupShapes(matrix, cluster, previous.get(poolId))
  previous.set(poolId, centroids)
  const answer: ShapeAnswer = { id, groups, unknownVmIds }
  port.postMessage(answer)
})
