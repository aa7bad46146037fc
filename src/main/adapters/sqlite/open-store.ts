import { Worker } from 'node:worker_threads'
import { Failure, type FailureReport } from '../../../shared/failure.ts'
import { DEFAULT_RETENTION } from '../../../shared/model/retention.ts'
import type { Log } from '../../ports/log.ts'
import type { Store } from '../../ports/store.ts'
import { workerFile } from '../../workers/worker-file.ts'
import { SqliteStore } from './sqlite-store.ts'
import type { StoreSettings } from './store-protocol.ts'

/** N-API of the SQLite binding: an older Node would end the whole process at the first open, which nothing can catch. */
const NEEDED_NAPI = 10

export interface StoreOptions {
  /** Made when missing. */
  readonly dataDir: string
  readonly log: Log
  /** Told what the operator should know while the store works on: damage repaired, writes refused. */
  readonly onTrouble: (failure: FailureReport) => void
}

/**
 * Opens the store in its own thread. Rejects with a Failure `storage` when the folder cannot hold one; the application
 * then runs on a VolatileStore.
 */
export const openStore = async (options: StoreOptions): Promise<Store> => {
  const settings: StoreSettings = { dataDir: options.dataDir, retention: DEFAULT_RETENTION }
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
