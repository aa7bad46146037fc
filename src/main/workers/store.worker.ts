import { parentPort, workerData } from 'node:worker_threads'
import { Failure } from '../../shared/failure.ts'
import { openDatabase } from '../adapters/sqlite/open-database.ts'
import { storageFailure } from '../adapters/sqlite/storage-failure.ts'
import type {
  StoreAnswer,
  StoreOrder,
  StoreReport,
  StoreSettings,
} from '../adapters/sqlite/store-protocol.ts'
import { StoreThread } from '../adapters/sqlite/store-thread.ts'

const settings: StoreSettings = workerData
const port = parentPort
if (!port) throw new Error('store.worker runs as a worker thread only')

const report = (message: StoreReport, transfer: readonly ArrayBuffer[] = []) =>
  port.postMessage(message, transfer)

const buffersOf = (answer: StoreAnswer): readonly ArrayBuffer[] => {
  if (answer instanceof Float32Array) return [answer.buffer as ArrayBuffer]
  return answer && 'atMs' in answer
    ? Object.values(answer).flatMap(column =>
        ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : [],
      )
    : []
}

const start = (): StoreThread | undefined => {
  try {
    return new StoreThread({
      settings,
      open: openDatabase,
      nowMs: Date.now,
      onTrouble: failure => report({ kind: 'trouble', failure }),
    })
  } catch (error) {
    const failure = error instanceof Failure ? error : storageFailure('be opened', settings.dataDir, error)
    report({ kind: 'refused', failure: failure.report() })
    return undefined
  }
}

const thread = start()
/** Backups under way, by the id they were asked for under. */
const backups = new Map<number, AbortController>()
let isTidying = false

/** Housekeeping in short steps, so that messages get their turn between them. */
const tidy = () => {
  isTidying = thread?.tidy() ?? false
  if (isTidying) setImmediate(tidy)
}

const obey = (store: StoreThread, order: StoreOrder) => {
  if (order.kind === 'write') {
    report({ kind: 'written', saved: store.write(order.batches, order.facts) })
    if (!isTidying) tidy()
    return
  }
  if (order.kind === 'give-up') {
    backups.get(order.id)?.abort()
    return
  }
  const { id, question } = order
  if (question.kind === 'close') {
    store.close()
    report({ kind: 'answer', id, answer: null })
    port.close()
    return
  }
  const fail = (error: unknown) => {
    const failure = error instanceof Failure ? error : storageFailure('be read', settings.dataDir, error)
    report({ kind: 'failed', id, failure: failure.report() })
  }
  if (question.kind === 'backup') {
    const giveUp = new AbortController()
    backups.set(id, giveUp)
    store
      .backup(question.file, {
        onProgress: doneRatio => report({ kind: 'progress', id, doneRatio }),
        signal: giveUp.signal,
      })
      .then(() => report({ kind: 'answer', id, answer: null }), fail)
      .finally(() => backups.delete(id))
    return
  }
  try {
    const answer = store.answer(question)
    report({ kind: 'answer', id, answer }, buffersOf(answer))
  } catch (error) {
    fail(error)
  }
}

if (thread) {
  port.on('message', (order: StoreOrder) => obey(thread, order))
  report({ kind: 'ready' })
}
