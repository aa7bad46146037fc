import { Worker } from 'node:worker_threads'
import { Failure } from '../../../shared/failure.ts'
import type { PageHeat } from '../../../shared/model/heat.ts'
import type { PreviousHeat } from '../../core/heat/cluster-heat.ts'
import type { HeatClusterer } from '../../ports/heat-clusterer.ts'
import type { PageHeatReading } from '../../ports/hypervisor.ts'
import type { HeatAnswer, HeatQuestion } from '../../workers/heat.worker.ts'
import { workerFile } from '../../workers/worker-file.ts'

/** Readings kept to start the next from, of 64 KiB at most each; the one read longest ago goes first. */
const MAX_REMEMBERED = 256

interface Waiting {
  readonly resolve: (answer: HeatAnswer) => void
  readonly reject: (error: Error) => void
}

/** Clusters page heat in a worker thread. The reading's arrays stay the caller's; copies of them travel. */
export const startHeatClusterer = (): HeatClusterer => new ThreadedHeatClusterer()

class ThreadedHeatClusterer implements HeatClusterer {
  private readonly worker = new Worker(workerFile('heat'))
  private readonly waiting = new Map<number, Waiting>()
  private readonly previous = new Map<string, PreviousHeat>()
  private lastId = 0
  private ended: Failure | undefined

  constructor() {
    this.worker.on('message', (answer: HeatAnswer) => {
      const waiting = this.waiting.get(answer.id)
      this.waiting.delete(answer.id)
      waiting?.resolve(answer)
    })
    this.worker.on('error', error => this.end(threadFailure(error)))
    this.worker.on('exit', () => this.end(threadFailure()))
  }

  async cluster(vmId: string, reading: PageHeatReading): Promise<PageHeat> {
    // Readings of one VM in regions of another size have other centroids.
    const key = `${vmId} ${reading.regionPages} ${reading.frequency.length}`
    const answer = await this.ask(reading, this.previous.get(key))
    if (answer.kind === 'refused') throw refusal(vmId, answer.because)
    this.remember(key, answer)
    const { labels: classes, centroids, inertia, iterations } = answer
    const { atMs, regionPages, totalPages, frequency } = reading
    return { vmId, atMs, regionPages, totalPages, classes, frequency, centroids, inertia, iterations }
  }

  async close(): Promise<void> {
    this.end(
      new Failure({
        code: 'closed',
        message: 'Page heat is no longer sorted: Longshore is closing.',
        remedy: 'Start Longshore again.',
      }),
    )
    await this.worker.terminate()
  }

  private ask(reading: PageHeatReading, previous: PreviousHeat | undefined): Promise<HeatAnswer> {
    if (this.ended) return Promise.reject(this.ended)
    const id = ++this.lastId
    const points = {
      frequency: reading.frequency.slice(),
      locality: reading.locality.slice(),
      recency: reading.recency.slice(),
    }
    const question: HeatQuestion = { id, points, ...(previous && { previous }) }
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.worker.postMessage(
        question,
        Object.values(points).map(column => column.buffer),
      )
    })
  }

  private remember(key: string, { centroids, labels }: PreviousHeat): void {
    this.previous.delete(key)
    this.previous.set(key, { centroids, labels })
    const [oldest] = this.previous.keys()
    if (this.previous.size > MAX_REMEMBERED && oldest !== undefined) this.previous.delete(oldest)
  }

  private end(why: Failure): void {
    this.ended ??= why
    for (const { reject } of this.waiting.values()) reject(this.ended)
    this.waiting.clear()
  }
}

const refusal = (vmId: string, because: string) =>
  new Failure({
    code: 'refused',
    message: `The page heat of VM ${vmId} cannot be sorted: ${because}.`,
    remedy: 'The host reports figures that are not numbers; update its Longshore plugin.',
  })

const threadFailure = (cause?: unknown) =>
  new Failure(
    {
      code: 'internal',
      message: 'Page heat cannot be sorted: the thread that does it ended unexpectedly.',
      remedy: 'Restart Longshore to see page heat again; everything else goes on.',
    },
    cause,
  )
