import { parentPort, workerData } from 'node:worker_threads'
import { Failure } from '../../shared/failure.ts'
import { type LabOptions, openLab } from '../adapters/lab/lab.ts'
import type { LabMessage } from '../adapters/lab/start-lab.ts'

const say = (message: LabMessage) => parentPort?.postMessage(message)

try {
  const lab = await openLab(workerData as LabOptions)
  parentPort?.once('message', async () => {
    await lab.close()
    parentPort?.close()
  })
  say({ kind: 'ready', info: lab.info })
} catch (error) {
  if (!(error instanceof Failure)) throw error
  say({ kind: 'failed', report: error.report() })
}
