import { Worker } from 'node:worker_threads'
import { Failure } from '../../../shared/failure.ts'
import { workerFile } from '../../workers/worker-file.ts'
import { type LabelledScore, writeModel } from './model-file.ts'
import type { TrainingProgress } from './train-network.ts'
import type { TrainingReply, TrainingStart } from './training-protocol.ts'

export interface TrainingOrder extends TrainingStart {
  /** Where the model goes; the one there is kept until the new one is whole. */
  readonly outDir: string
}

export interface TrainingResult {
  readonly file: string
  readonly scores: readonly LabelledScore[]
}

type Trained = Extract<TrainingReply, { kind: 'trained' }>

/**
 * Trains a forecaster in a worker thread and writes it to `outDir`. Rejects with a Failure, or with the signal's reason
 * when it aborts; the thread is gone by then and the old model is untouched.
 */
export const startTraining = async (
  { outDir, ...start }: TrainingOrder,
  onProgress: (progress: TrainingProgress) => void,
  signal: AbortSignal,
): Promise<TrainingResult> => {
  signal.throwIfAborted()
  const worker = new Worker(workerFile('training'), { workerData: start satisfies TrainingStart })
  try {
    const { model, scores } = await outcome(worker, onProgress, signal)
    return { file: await writeModel(outDir, model), scores }
  } finally {
    await worker.terminate()
  }
}

const outcome = (
  worker: Worker,
  onProgress: (progress: TrainingProgress) => void,
  signal: AbortSignal,
): Promise<Trained> =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    worker.on('error', error => reject(stopped(error)))
    worker.on('exit', code => reject(stopped(new Error(`exit code ${code}`))))
    worker.on('message', (reply: TrainingReply) => {
      if (reply.kind === 'progress') onProgress(reply.progress)
      else if (reply.kind === 'trained') resolve(reply)
      else reject(new Failure(reply.report))
    })
  })

const stopped = (error: Error) =>
  new Failure(
    {
      code: 'internal',
      message: `The training ended unexpectedly: ${error.message}.`,
      remedy: 'Run it again; the forecaster in use is unchanged.',
    },
    error,
  )
