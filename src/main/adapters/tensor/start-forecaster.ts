import { Worker } from 'node:worker_threads'
import { Failure, type FailureReport } from '../../../shared/failure.ts'
import { WINDOW_SIZE } from '../../core/forecast/features.ts'
import type { ForecasterBackend } from '../../ports/forecaster-backend.ts'
import type { Log } from '../../ports/log.ts'
import { workerFile } from '../../workers/worker-file.ts'
import type { ForecasterReply, ForecasterStart, PredictRequest } from './forecaster-protocol.ts'

type Info = Awaited<ForecasterBackend['info']>

const CLOSED: FailureReport = {
  code: 'closed',
  message: 'No forecast can be made: the forecaster has been closed.',
  remedy: 'Start Longshore again.',
}

/** The network in a worker thread. Predictions go through one at a time, in the order they were asked for. */
class TensorForecasterBackend implements ForecasterBackend {
  readonly info: Promise<Info>
  readonly #worker: Worker
  readonly #started = Promise.withResolvers<Info>()
  /** The prediction in flight. */
  #waiter: PromiseWithResolvers<Float32Array> | null = null
  #turn: Promise<unknown>
  /** Why nothing can be asked any more. */
  #ended: FailureReport | null = null

  constructor(worker: Worker, log: Log) {
    this.#worker = worker
    this.info = this.#started.promise
    this.#turn = this.info.catch(() => {})
    worker.on('message', (reply: ForecasterReply) => this.#take(reply))
    worker.on('error', error => {
      log.error('the forecaster ended', error)
      this.#end(crashed(error.message))
    })
    worker.on('exit', code => this.#end(crashed(`its thread ended with ${code}`)))
  }

  predict(windows: Float32Array, count: number): Promise<Float32Array> {
    if (windows.length !== count * WINDOW_SIZE)
      return Promise.reject(
        new RangeError(`${windows.length} values are not ${count} windows of ${WINDOW_SIZE}`),
      )
    // A copy, so that the caller's array survives the transfer and may be filled again at once.
    const request = { windows: windows.slice(), count }
    const answer = this.#turn.then(() => this.#ask(request))
    this.#turn = answer.catch(() => {})
    return answer
  }

  async close(): Promise<void> {
    this.#end(CLOSED)
    await this.#worker.terminate()
  }

  #ask(request: PredictRequest): Promise<Float32Array> {
    if (this.#ended !== null) return Promise.reject(new Failure(this.#ended))
    this.#waiter = Promise.withResolvers<Float32Array>()
    this.#worker.postMessage(request, [request.windows.buffer as ArrayBuffer])
    return this.#waiter.promise
  }

  #take(reply: ForecasterReply): void {
    if (reply.kind === 'ready') {
      this.#started.resolve(reply.info)
      return
    }
    const waiter = this.#waiter
    this.#waiter = null
    if (reply.kind === 'predicted') waiter?.resolve(reply.forecasts)
    else if (waiter !== null) waiter.reject(new Failure(reply.report))
    else this.#end(reply.report)
  }

  #end(report: FailureReport): void {
    if (this.#ended !== null) return
    this.#ended = report
    this.#started.reject(new Failure(report))
    this.#waiter?.reject(new Failure(report))
    this.#waiter = null
  }
}

const crashed = (why: string): FailureReport => ({
  code: 'internal',
  message: `No forecast can be made: the forecaster ended unexpectedly (${why}).`,
  remedy: 'Start Longshore again; everything but forecasts works without it.',
})

/** Starts the forecaster of `modelDir` in a worker thread; what goes wrong is told by `info` and by each prediction. */
export const startForecaster = ({
  modelDir,
  log,
}: {
  readonly modelDir: string
  readonly log: Log
}): ForecasterBackend => {
  const start: ForecasterStart = { modelDir }
  return new TensorForecasterBackend(new Worker(workerFile('forecaster'), { workerData: start }), log)
}
