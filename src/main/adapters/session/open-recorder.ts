import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../../ports/clock.ts'
import type { Inventory, MetricsReading } from '../../ports/hypervisor.ts'
import type { Log } from '../../ports/log.ts'
import type { EstimatedRate, Fact, ForecastSummary, SessionRecorder } from '../../ports/session-recorder.ts'
import { workerFile } from '../../workers/worker-file.ts'
import { buffersOf, packRows } from './pack-rows.ts'
import type { RecorderItem, RecorderOrder, RecorderReport, RecorderSettings } from './recorder-protocol.ts'

/** A week, or 2 GiB, whichever is reached first. */
const RETENTION_MS = 7 * 24 * 3_600_000
const MAX_BYTES = 2 * 2 ** 30
const SEGMENT_BYTES = 16 * 2 ** 20
const SEGMENT_MS = 3_600_000
/** Records that wait in main while the thread is busy; beyond it they are left out and counted. */
const MAX_WAITING = 2000

export interface RecorderOptions {
  readonly dataDir: string
  readonly version: string
  readonly clock: Clock
  readonly log: Log
  readonly retentionMs?: number
  readonly maxBytes?: number
  readonly segmentBytes?: number
  readonly segmentMs?: number
}

/** Where the sessions of a data folder lie. */
export const sessionFolder = (dataDir: string): string => path.join(dataDir, 'sessions')

/** Begins a session in the data folder, written by a thread of its own. */
export const openRecorder = (options: RecorderOptions): SessionRecorder => {
  const workerData: RecorderSettings = {
    folder: sessionFolder(options.dataDir),
    writer: `Longshore ${options.version}`,
    retentionMs: options.retentionMs ?? RETENTION_MS,
    maxBytes: options.maxBytes ?? MAX_BYTES,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    segmentMs: options.segmentMs ?? SEGMENT_MS,
  }
  const recorder = new ThreadRecorder(
    new Worker(workerFile('recorder'), { workerData, execArgv: [] }),
    options,
  )
  recorder.fact({ kind: 'opened', writer: workerData.writer })
  return recorder
}

/** Main's end of the recorder: packs and posts, one message under way at a time. */
class ThreadRecorder implements SessionRecorder {
  readonly #worker: Worker
  readonly #options: RecorderOptions
  readonly #inventories = new Map<string, Inventory>()
  readonly #flushes = new Map<number, () => void>()
  readonly #exited: Promise<void>
  #waiting: RecorderItem[] = []
  #lost = 0
  #isBusy = false
  #lastFlush = 0
  #isOpen = true

  constructor(worker: Worker, options: RecorderOptions) {
    this.#worker = worker
    this.#options = options
    worker.on('message', (report: RecorderReport) => this.#hear(report))
    worker.on('error', error => options.log.error('the recorder of the session failed', error))
    this.#exited = new Promise(resolve => {
      worker.on('exit', () => {
        this.#isOpen = false
        for (const settle of this.#flushes.values()) settle()
        resolve()
      })
    })
  }

  fact(fact: Fact): void {
    this.#add({ at: this.#now(), kind: 'fact', fact })
  }

  inventory(connectionId: string, inventory: Inventory): void {
    const before = this.#inventories.get(connectionId)
    this.#inventories.set(connectionId, inventory)
    const { pool, hosts, vms } = inventory
    const item = { at: this.#now(), kind: 'inventory', connectionId } as const
    this.#add(
      before
        ? {
            ...item,
            whole: false,
            pool: same(before.pool, pool) ? undefined : pool,
            hosts: changed(before.hosts, hosts),
            vms: changed(before.vms, vms),
            gone: [...gone(before.hosts, hosts), ...gone(before.vms, vms)],
          }
        : { ...item, whole: true, pool, hosts, vms, gone: [] },
    )
  }

  metrics(connectionId: string, { atMs, vms, hosts }: MetricsReading): void {
    this.#add({
      at: this.#now(),
      kind: 'metrics',
      connectionId,
      poolMs: atMs,
      vms: packRows(vms, row => row.vmId),
      hosts: packRows(hosts, row => row.hostId),
    })
  }

  estimates(poolMs: number, rates: readonly EstimatedRate[]): void {
    this.#add({ at: this.#now(), kind: 'estimates', poolMs, vms: packRows(rates, row => row.vmId) })
  }

  forecasts(summary: ForecastSummary): void {
    this.#add({ at: this.#now(), kind: 'forecasts', summary })
  }

  async flush(): Promise<void> {
    if (!this.#isOpen) return
    this.#post()
    const id = ++this.#lastFlush
    await new Promise<void>(resolve => {
      this.#flushes.set(id, resolve)
      this.#send({ kind: 'flush', id })
    })
    this.#flushes.delete(id)
  }

  async close(): Promise<void> {
    if (this.#isOpen) {
      this.fact({ kind: 'closed' })
      this.#post()
      this.#isOpen = false
      this.#send({ kind: 'close' })
    }
    await this.#exited
  }

  #now(): number {
    return this.#options.clock.now()
  }

  #add(item: RecorderItem): void {
    if (!this.#isOpen) return
    if (this.#waiting.length >= MAX_WAITING) {
      this.#lost++
      return
    }
    this.#waiting.push(item)
    if (this.#isBusy || this.#waiting.length > 1) return
    queueMicrotask(() => {
      if (!this.#isBusy) this.#post()
    })
  }

  #post(): void {
    if (this.#waiting.length === 0 || !this.#isOpen) return
    const items = this.#waiting
    this.#waiting = []
    if (this.#lost > 0) items.push({ at: this.#now(), kind: 'gap', records: this.#lost })
    this.#lost = 0
    this.#isBusy = true
    const buffers = items.flatMap(item =>
      item.kind === 'metrics' ? [...buffersOf(item.vms), ...buffersOf(item.hosts)] : [],
    )
    this.#send({ kind: 'record', items }, buffers)
  }

  #send(order: RecorderOrder, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(order, transfer)
  }

  #hear(report: RecorderReport): void {
    if (report.kind === 'flushed') this.#flushes.get(report.id)?.()
    else if (report.kind === 'trouble')
      this.#options.log.warn('The session cannot be recorded; what is missing leaves a gap.', {
        folder: sessionFolder(this.#options.dataDir),
        why: report.message,
      })
    else {
      this.#isBusy = false
      this.#post()
    }
  }
}

type Identified = { readonly id: string }

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

const changed = <T extends Identified>(before: readonly T[], now: readonly T[]): readonly T[] => {
  const old = new Map(before.map(each => [each.id, each]))
  return now.filter(each => !same(old.get(each.id), each))
}

const gone = (before: readonly Identified[], now: readonly Identified[]): readonly string[] => {
  const present = new Set(now.map(({ id }) => id))
  return before.filter(({ id }) => !present.has(id)).map(({ id }) => id)
}
