import { parentPort, workerData } from 'node:worker_threads'
import type {
  RecorderOrder,
  RecorderReport,
  RecorderSettings,
} from '../adapters/session/recorder-protocol.ts'
import { SegmentWriter } from '../adapters/session/segment-writer.ts'

/** What a kill may lose, and what a power failure may. */
const COMMIT_MS = 1000
const SYNC_EVERY_COMMITS = 10

const settings: RecorderSettings = workerData
const port = parentPort
if (!port) throw new Error('recorder.worker runs as a worker thread only')

const report = (message: RecorderReport) => port.postMessage(message)
const writer = new SegmentWriter(settings, message => report({ kind: 'trouble', message }))
let commits = 0

const sync = () => {
  try {
    writer.sync()
  } catch (error) {
    report({ kind: 'trouble', message: error instanceof Error ? error.message : String(error) })
  }
}

const timer = setInterval(() => {
  writer.commit(Date.now())
  if (++commits % SYNC_EVERY_COMMITS === 0) sync()
}, COMMIT_MS)

port.on('message', (order: RecorderOrder) => {
  switch (order.kind) {
    case 'record':
      for (const item of order.items) writer.add(item)
      return report({ kind: 'taken' })
    case 'flush':
      writer.commit(Date.now())
      sync()
      return report({ kind: 'flushed', id: order.id })
    case 'close':
      clearInterval(timer)
      writer.close(Date.now())
      return port.close()
  }
})
