import { Worker } from 'node:worker_threads'
import { Failure } from '../../../shared/failure.ts'
import type { ShapeQuestion, ShapeSorter } from '../../ports/shape-sorter.ts'
import type { ShapeAnswer, ShapeOrder } from '../../workers/shape.worker.ts'
import { workerFile } from '../../workers/worker-file.ts'

interface Waiting {
  readonly resolve: (answer: ShapeAnswer) => void
  readonly reject: (error: Error) => void
}

/** Sorts workloads in a worker thread, which is started when it is first needed. */
export const shapeSorter = (): ShapeSorter => new ThreadedShapeSorter()

class ThreadedShapeSorter implements ShapeSorter {
  private worker: Worker | undefined
  private readonly waiting = new Map<number, Waiting>()
  private lastId = 0
  private isClosed = false

  async sort(question: ShapeQuestion): Promise<Omit<ShapeAnswer, 'id'>> {
    if (this.isClosed) throw closedFailure()
    this.worker ??= this.started()
    const order: ShapeOrder = { ...question, id: ++this.lastId }
    const { groups, unknownVmIds } = await new Promise<ShapeAnswer>((resolve, reject) => {
      this.waiting.set(order.id, { resolve, reject })
      const buffers = [order.cpu.buffer, order.dirty.buffer] as ArrayBuffer[]
      this.worker?.postMessage(order, buffers)
    })
    return { groups, unknownVmIds }
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.worker?.terminate()
    this.rejectAll(closedFailure())
  }

  private started(): Worker {
    const worker = new Worker(workerFile('shape'))
    worker.on('message', (answer: ShapeAnswer) => {
      this.waiting.get(answer.id)?.resolve(answer)
      this.waiting.delete(answer.id)
    })
    // A thread that ended is begun anew with the next question.
    worker.on('error', error => this.lose(error))
    worker.on('exit', () => this.lose())
    return worker
  }

  private lose(cause?: unknown): void {
    this.worker = undefined
    this.rejectAll(this.isClosed ? closedFailure() : threadFailure(cause))
  }

  private rejectAll(why: Failure): void {
    for (const { reject } of this.waiting.values()) reject(why)
    this.waiting.clear()
  }
}

const closedFailure = () =>
  new Failure({
    code: 'closed',
    message: 'Workloads are no longer sorted by shape: Longshore is closing.',
    remedy: 'Start Longshore again.',
  })

const threadFailure = (cause: unknown) =>
  new Failure(
    {
      code: 'internal',
      message: 'Workloads cannot be sorted by shape: the thread that does it ended unexpectedly.',
      remedy: 'It is tried again within a minute; group the VMs by host or name meanwhile.',
    },
    cause,
  )
