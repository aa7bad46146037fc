import { Worker } from 'node:worker_threads'
import { Failure, type FailureReport } from '../../../shared/failure.ts'
import type { Log } from '../../ports/log.ts'
import type { Store } from '../../ports/store.ts'
import { workerFile } from '../../workers/worker-file.ts'
import type { Retention } from './sample-archive.ts'
import { SqliteStore } from './sqlite-store.ts'
import type { StoreSettings } from './store-protocol.ts'

const DAY_MS = 24 * 3600 * 1000
/** One-second samples are kept for a day, averages for a week. */
const RETENTION: Retention = { samplesMs: DAY_MS, averagesMs: 7 * DAY_MS }
/** N-API of the SQLite binding: an older Node would end the whole process at the first open, which nothing can catch. */
const NEEDED_NAPI = 10

export interface StoreOptions {
  /** Made when missing. */
  readonly dataDir: string
  readonly log: Log
  /** Told what the operator should know while the store works on: damage repaired, writes refused. */
  readonly onTrouble: (failure: FailureReport) => void
  readonly retention?: Retention
}

/**
 * Opens the store in its own thread. Rejects with a Failure `storage` when the folder cannot hold one; the application
 * then runs on a VolatileStore.
 */
export const openStore = async (options: StoreOptions): Promise<Store> => {
  const settings: StoreSettings = {
    dataDir: options.dataDir,
    retention: options.retention ?? RETENTION,
  }
  if (Number(process.versions.napi) < NEEDED_NAPI) throw tooOldNode()
  const store = new SqliteStore(new Worker(workerFile('store'), { workerData: settings }), options)
  await store.opened
  return store
}

const tooOldNode = () =>
  new Failure({
    code: 'storage',
    message: `The history cannot be opened: Node ${process.version} is too old for its database.`,
    remedy: 'Start Longshore with Node 22.14 or newer; until then it keeps recent history in memory only.',
  })
