import { randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { Failure, type FailureReport } from '../../../shared/failure.ts'
import { workerFile } from '../../workers/worker-file.ts'
import type { LabOptions } from './lab.ts'
import { defaultLabConfig, type LabConfig } from './lab-config.ts'
import type { LabInfo } from './lab-info.ts'

/** What the lab's thread says to whoever started it. */
export type LabMessage =
  | { readonly kind: 'ready'; readonly info: LabInfo }
  | { readonly kind: 'failed'; readonly report: FailureReport }

export interface RunningLab {
  readonly info: LabInfo
  close(): Promise<void>
}

const CLOSE_MS = 3000

/** Starts the lab in a thread of its own; it is reached by HTTP only. Rejects with a Failure, or as `signal` aborts. */
export const startLab = async (options: {
  readonly port: number
  readonly seed: number
  readonly password?: string
  readonly pools?: readonly LabConfig[]
  readonly tls?: boolean
  readonly speed?: number
  readonly signal?: AbortSignal
}): Promise<RunningLab> => {
  const { signal } = options
  signal?.throwIfAborted()
  const workerData: LabOptions = {
    pools: options.pools ?? [defaultLabConfig],
    tls: options.tls ?? false,
    speed: options.speed ?? 1,
    port: options.port,
    seed: options.seed,
    user: 'root',
    password: options.password ?? randomBytes(12).toString('base64url'),
  }
  // Flags of this process that concern its own entry, such as --input-type, would end the thread.
  const worker = new Worker(workerFile('lab'), { workerData, execArgv: [] })
  const close = () => closeWorker(worker)
  try {
    const info = await firstMessage(worker, signal)
    signal?.addEventListener('abort', close, { once: true })
    return {
      info,
      close: async () => {
        signal?.removeEventListener('abort', close)
        await close()
      },
    }
  } catch (error) {
    await worker.terminate()
    throw error
  }
}

const firstMessage = (worker: Worker, signal: AbortSignal | undefined): Promise<LabInfo> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    const settled = () => signal?.removeEventListener('abort', abort)
    worker.once('message', (message: LabMessage) => {
      settled()
      if (message.kind === 'ready') resolve(message.info)
      else reject(new Failure(message.report))
    })
    worker.once('error', error => {
      settled()
      reject(error)
    })
    worker.once('exit', code => {
      settled()
      reject(new Error(`the lab's thread ended with code ${code} before it was ready`))
    })
  })

const closeWorker = async (worker: Worker): Promise<void> => {
  const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()))
  if (worker.threadId === -1) return
  worker.postMessage('close')
  const timer = setTimeout(() => void worker.terminate(), CLOSE_MS)
  await exited
  clearTimeout(timer)
}
