import { parentPort } from 'node:worker_threads'
import { clusterHeat, type HeatClustering, type PreviousHeat } from '../core/heat/cluster-heat.ts'
import type { HeatPoints } from '../core/heat/heat-points.ts'

export interface HeatQuestion {
  readonly id: number
  readonly points: HeatPoints
  readonly previous?: PreviousHeat
}

export type HeatAnswer =
  | ({ readonly kind: 'clustered'; readonly id: number } & HeatClustering)
  | { readonly kind: 'refused'; readonly id: number; readonly because: string }

/** Any fixed number: readings of one VM differ, their clustering must not. */
const SEED = 1
/** Measured on hard distributions: fewer miss the best of ten runs of a plain K-means now and then. */
const RESTARTS = 24

const answerTo = ({ id, points, previous }: HeatQuestion): HeatAnswer => {
  try {
    const options = { seed: SEED, restarts: RESTARTS, ...(previous && { previous }) }
    return { kind: 'clustered', id, ...clusterHeat(points, options) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { kind: 'refused', id, because: error.message }
  }
}

const port = parentPort
if (!port) throw new Error('heat.worker runs as a worker thread only')
port.on('message', (question: HeatQuestion) => {
  const answer = answerTo(question)
  port.postMessage(answer, answer.kind === 'clustered' ? [answer.labels.buffer as ArrayBuffer] : [])
})
