import type { Worker } from 'node:worker_threads'
import { assertNever, Failure, type FailureReport } from '../../../shared/failure.ts'
import type { Breach } from '../../../shared/model/breach.ts'
import type { CertificatePin } from '../../../shared/model/certificate.ts'
import type { StoredConnection } from '../../../shared/model/connection.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { GridOrder } from '../../../shared/model/figure-grid.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import {
  SAMPLE_STEP_MS,
  type SeriesStepMs,
  type VmSample,
  type VmSeries,
} from '../../../shared/model/sample.ts'
import type { ScheduledMigration } from '../../../shared/model/schedule.ts'
import type { StoreUsage } from '../../../shared/model/store-usage.ts'
import type { SettingsChange, StoredSettings } from '../../../shared/model/stored-settings.ts'
import type { WorkingSet } from '../../../shared/model/working-set.ts'
import type { Log } from '../../ports/log.ts'
import type { Store } from '../../ports/store.ts'
import {
  breachFact,
  connectionFact,
  decisionFact,
  journalRow,
  migrationFact,
  pinFact,
  readBreach,
  readConnections,
  readDecision,
  readJournalEntry,
  readMigration,
  readPins,
  readSchedule,
  readSettings,
  readWorkingSets,
  removal,
  scheduleFact,
  settingFacts,
  workingSetFact,
} from './facts.ts'
import { gridSlices, joinGrid } from './grid-slices.ts'
import { packSamples } from './sample-rows.ts'
import type { Fact, StoreAnswer, StoreOrder, StoreQuestion, StoreReport } from './store-protocol.ts'
import { WriteQueue } from './write-queue.ts'

/** Five minutes of 1,000 VMs, 9 MB: longer than any pause of a disk that is still alive. */
const MAX_QUEUED_SAMPLES = 300_000

interface Waiting {
  readonly resolve: (answer: StoreAnswer) => void
  readonly reject: (error: Failure) => void
  readonly onProgress: (doneRatio: number) => void
}

/** Main's end of the store: packs and posts; all SQLite work is done by the thread at the other end. */
export class SqliteStore implements Store {
  /** Resolves when the thread has the database open; rejects with a Failure when it cannot, and the thread is gone. */
  readonly opened: Promise<void>
  private settleOpening: (failure?: Failure) => void = () => {}
  private readonly worker: Worker
  private readonly log: Log
  private readonly onTrouble: (failure: FailureReport) => void
  private readonly dataDir: string
  private readonly queue: WriteQueue
  private readonly waiting = new Map<number, Waiting>()
  private readonly exited: Promise<void>
  private writesUnderWay = 0
  private isPostPlanned = false
  private lastId = 0
  private lastRead: Promise<StoreAnswer> = Promise.resolve(null)
  private state: 'opening' | 'open' | 'closed' | 'dead' = 'opening'

  constructor(
    worker: Worker,
    options: { dataDir: string; log: Log; onTrouble: (failure: FailureReport) => void },
  ) {
    this.worker = worker
    this.log = options.log
    this.onTrouble = options.onTrouble
    this.dataDir = options.dataDir
    this.queue = new WriteQueue(MAX_QUEUED_SAMPLES, () =>
      this.log.warn('The history is written too slowly: the oldest waiting samples are left out.'),
    )
    this.opened = new Promise((resolve, reject) => {
      this.settleOpening = failure => (failure ? reject(failure) : resolve())
    })
    worker.on('message', (report: StoreReport) => this.hear(report))
    worker.on('error', error => this.log.error('The thread of the history failed.', error))
    this.exited = new Promise(resolve => {
      worker.on('exit', () => {
        this.lose()
        resolve()
      })
    })
  }

  appendSamples(samples: readonly VmSample[]): void {
    if (this.state !== 'open' || samples.length === 0) return
    this.queue.addSamples(packSamples(samples))
    this.planPost()
  }

  appendDecision(decision: Decision): void {
    this.put(() => decisionFact(decision))
  }

  putMigration(migration: Migration): void {
    this.put(() => migrationFact(migration))
  }

  putBreach(breach: Breach): void {
    this.put(() => breachFact(breach))
  }

  putWorkingSet(workingSet: WorkingSet): void {
    this.put(() => workingSetFact(workingSet))
  }

  putConnection(settings: StoredConnection): void {
    this.put(() => connectionFact(settings))
  }

  removeConnection(id: string): void {
    this.put(() => removal('connection', id))
  }

  putPin(pin: CertificatePin): void {
    this.put(() => pinFact(pin))
  }

  removePin(address: string): void {
    this.put(() => removal('pin', address))
  }

  putSettings(change: SettingsChange): void {
    for (const fact of settingFacts(change)) this.put(() => fact)
  }

  putSchedule(entry: ScheduledMigration): void {
    this.put(() => scheduleFact(entry))
  }

  removeSchedule(id: string): void {
    this.put(() => removal('schedule', id))
  }

  async series(vmId: string, fromMs: number, toMs: number, stepMs?: SeriesStepMs): Promise<VmSeries> {
    return (await this.read({
      kind: 'series',
      vmId,
      fromMs,
      toMs,
      stepMs: stepMs ?? SAMPLE_STEP_MS,
    })) as VmSeries
  }

  async grid(order: GridOrder): Promise<Float32Array> {
    const slices = gridSlices(order)
    const read = slices.map(slice => this.read({ kind: 'grid', order: slice }))
    return joinGrid(order, slices, (await Promise.all(read)) as readonly Float32Array[])
  }

  async decisions(limit: number): Promise<readonly Decision[]> {
    return (await this.facts('decision', limit)).map(readDecision)
  }

  async decisionsOf(migrationId: string): Promise<readonly Decision[]> {
    return ((await this.ask({ kind: 'decisions-of', migrationId })) as readonly string[]).map(readDecision)
  }

  async migrations(limit: number): Promise<readonly Migration[]> {
    return (await this.facts('migration', limit)).map(readMigration)
  }

  async breaches(limit: number): Promise<readonly Breach[]> {
    return (await this.facts('breach', limit)).map(readBreach)
  }

  async workingSets(vmId: string, limit: number): Promise<readonly WorkingSet[]> {
    return readWorkingSets((await this.ask({ kind: 'working-sets', vmId, limit })) as readonly string[])
  }

  async connections(): Promise<readonly StoredConnection[]> {
    return readConnections(await this.facts('connection', Number.MAX_SAFE_INTEGER))
  }

  async pins(): Promise<readonly CertificatePin[]> {
    return readPins(await this.facts('pin', Number.MAX_SAFE_INTEGER))
  }

  async settings(): Promise<StoredSettings> {
    return readSettings(await this.facts('setting', Number.MAX_SAFE_INTEGER))
  }

  async usage(): Promise<StoreUsage> {
    return (await this.ask({ kind: 'usage' })) as StoreUsage
  }

  async schedule(): Promise<readonly ScheduledMigration[]> {
    return readSchedule(await this.facts('schedule', Number.MAX_SAFE_INTEGER))
  }

  async appendJournal(entry: JournalEntry): Promise<void> {
    await this.ask({ kind: 'journal', row: journalRow(entry) })
  }

  async openJournal(): Promise<readonly JournalEntry[]> {
    const bodies = (await this.ask({ kind: 'open-journal' })) as readonly string[]
    return bodies.map(readJournalEntry)
  }

  async backup(
    file: string,
    onProgress: (doneRatio: number) => void = () => {},
    signal?: AbortSignal,
  ): Promise<void> {
    signal?.throwIfAborted()
    const copied = this.ask({ kind: 'backup', file }, onProgress)
    const id = this.lastId
    const giveUp = () => this.post({ kind: 'give-up', id })
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      await copied
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  async flush(): Promise<void> {
    await this.ask({ kind: 'flush' })
  }

  async close(): Promise<void> {
    if (this.state === 'open') {
      const closing = this.ask({ kind: 'close' })
      this.state = 'closed'
      await closing.catch((error: unknown) => this.log.error('The history was not closed in order.', error))
    }
    await this.exited
  }

  private put(fact: () => Fact): void {
    if (this.state !== 'open') return
    this.queue.addFact(fact())
    this.planPost()
  }

  /**
   * Reads that may take long go to the thread one after the other: a line of the journal, which a migration waits for,
   * then never stands behind more than one of them.
   */
  private read(question: StoreQuestion): Promise<StoreAnswer> {
    const answer = this.lastRead.then(() => this.ask(question))
    this.lastRead = answer.catch(() => null)
    return answer
  }

  private async facts(table: Fact['table'], limit: number): Promise<readonly string[]> {
    return (await this.ask({ kind: 'facts', table, limit })) as readonly string[]
  }

  private ask(
    question: StoreQuestion,
    onProgress: (doneRatio: number) => void = () => {},
  ): Promise<StoreAnswer> {
    if (this.state !== 'open') return Promise.reject(this.closedFailure())
    // Whatever was written before must be seen: it goes first, whether or not earlier writes were answered.
    this.postWrites()
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, onProgress })
      this.post({ kind: 'ask', id, question })
    })
  }

  /** Writes of one turn of the event loop go together, and further ones wait while a write is under way. */
  private planPost(): void {
    if (this.isPostPlanned || this.writesUnderWay > 0) return
    this.isPostPlanned = true
    queueMicrotask(() => {
      this.isPostPlanned = false
      this.postWrites()
    })
  }

  private postWrites(): void {
    const taken = this.queue.take()
    if (!taken) return
    this.writesUnderWay++
    const buffers = taken.batches.flatMap(({ atMs, vms, codes }) => [atMs.buffer, vms.buffer, codes.buffer])
    this.post({ kind: 'write', ...taken }, buffers as ArrayBuffer[])
  }

  private post(order: StoreOrder, transfer: readonly ArrayBuffer[] = []): void {
    this.worker.postMessage(order, transfer)
  }

  private hear(report: StoreReport): void {
    switch (report.kind) {
      case 'written':
        this.writesUnderWay--
        if (this.writesUnderWay === 0 && this.state === 'open') this.postWrites()
        return
      case 'answer':
        this.settle(report.id)?.resolve(report.answer)
        return
      case 'progress':
        this.waiting.get(report.id)?.onProgress(report.doneRatio)
        return
      case 'failed':
        this.settle(report.id)?.reject(new Failure(report.failure))
        return
      case 'trouble':
        this.log.warn(report.failure.message)
        this.onTrouble(report.failure)
        return
      case 'ready':
        this.state = 'open'
        this.settleOpening()
        return
      case 'refused':
        this.state = 'closed'
        this.exited.then(() => this.settleOpening(new Failure(report.failure)))
        return
      default:
        assertNever(report)
    }
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    return waiting
  }

  /** The thread is gone: in order after `close`, else for a reason that the log has. */
  private lose(): void {
    const before = this.state
    if (before !== 'closed') this.state = 'dead'
    for (const id of [...this.waiting.keys()]) this.settle(id)?.reject(this.closedFailure())
    if (before === 'opening') this.settleOpening(this.closedFailure())
    if (before === 'open') this.onTrouble(this.closedFailure().report())
  }

  private closedFailure(): Failure {
    return this.state === 'dead'
      ? new Failure({
          code: 'storage',
          message: `The history at ${this.dataDir} cannot be used: the thread that keeps it ended unexpectedly.`,
          remedy: 'Restart Longshore; what was saved before is kept. The reason is in the log.',
        })
      : new Failure({
          code: 'closed',
          message: 'The history was closed.',
          remedy: 'Start Longshore again to see it.',
        })
  }
}
