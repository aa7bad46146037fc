import { Failure } from '../../../shared/failure.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import { pagesOf } from '../../../shared/units.ts'
import type { Clock } from '../../ports/clock.ts'
import { Bell } from './bell.ts'
import { askForEvents } from './events.ts'
import { persist } from './persist.ts'
import { NULL_REF, parseTask, type TaskRecord, type XenEvent } from './records.ts'
import type { XenSession } from './session.ts'
import { failureOfXenError, XenApiError } from './xen-error.ts'

/** An event before it has its number. */
type Unnumbered = HostMigrationEvent extends infer E
  ? E extends unknown
    ? Omit<E, 'sequence'>
    : never
  : never

export interface TaskOrder {
  readonly taskRef: string
  readonly vmRef: string
  readonly destinationRef: string
  readonly memoryBytes: number
  readonly linkBytesPerSecond: number
  /** Pool time, ms. */
  readonly startedAtMs: number
  /** Found again rather than started here: its first events were numbered by an earlier run. */
  readonly adopted: boolean
}

interface Surroundings {
  readonly session: XenSession
  readonly clock: Clock
  readonly poolNow: () => number
  readonly server: string
  readonly explain: (error: unknown) => unknown
}

const CALL_TIMEOUT_MS = 10_000
/** Steps smaller than that are not told. */
const PROGRESS_STEP = 0.005

const forgotten = (): Failure =>
  new Failure({
    code: 'not-found',
    message: 'The first reports of the migration were told to an earlier run and are not known any more.',
    remedy: 'Look at the VM itself: the migration goes on without being watched.',
  })

/**
 * A migration by stock Xen, told from its task: it started, how far it is, how it ended. The task's progress steps back
 * between passes; what is told does not.
 */
export class TaskMigration {
  readonly #order: TaskOrder
  readonly #around: Surroundings
  readonly #events: Unnumbered[] = []
  readonly #bell = new Bell()
  readonly #closing = new AbortController()
  readonly #running: Promise<void>
  #numberedFrom: number | undefined
  #progress = 0
  #ended = false
  #lost: unknown

  constructor(order: TaskOrder, around: Surroundings) {
    this.#order = order
    this.#around = around
    this.#numberedFrom = order.adopted ? undefined : 0
    this.#running = this.#follow()
  }

  async *watch(afterSequence: number, signal: AbortSignal): AsyncGenerator<HostMigrationEvent> {
    this.#numberedFrom ??= afterSequence
    if (afterSequence < this.#numberedFrom) throw forgotten()
    // Who already has events of an earlier run has its start among them.
    const first = this.#numberedFrom > 0 ? 1 : 0
    for (let index = first + afterSequence - this.#numberedFrom; ; ) {
      const event = this.#events[index]
      if (event !== undefined) {
        index++
        const sequence = this.#numberedFrom + index - first
        yield { ...event, sequence }
      } else if (this.#ended) {
        await this.#forgetTask()
        return
      } else if (this.#lost !== undefined) throw this.#lost
      else await this.#bell.wait(signal)
    }
  }

  async cancel(signal: AbortSignal): Promise<void> {
    await this.#around.session.call('task.cancel', [this.#order.taskRef], {
      signal,
      timeoutMs: CALL_TIMEOUT_MS,
    })
  }

  async close(): Promise<void> {
    this.#closing.abort(
      new Failure({ code: 'closed', message: 'The connection was closed here.', remedy: 'Open it again.' }),
    )
    await this.#running
  }

  async #follow(): Promise<void> {
    const { memoryBytes, linkBytesPerSecond, startedAtMs } = this.#order
    const memoryPages = pagesOf(memoryBytes)
    this.#tell({ kind: 'started', atMs: startedAtMs, memoryPages, linkBytesPerSecond })
    // A subscription to one task is answered without the server's batching delay.
    const lane = this.#around.session.lane()
    const signal = this.#closing.signal
    try {
      let token = ''
      while (!this.#ended) {
        const classes = [`task/${this.#order.taskRef}`]
        const asked = token
        const batch = await persist(() => askForEvents(lane, { classes, token: asked, signal }), {
          clock: this.#around.clock,
          signal,
        })
        token = batch.token
        for (const event of batch.events) await this.#take(event)
        if (asked === '' && batch.events.length === 0) await this.#endWithoutTask()
      }
    } catch (error) {
      this.#lost = this.#around.explain(error)
    } finally {
      lane.close()
      this.#bell.ring()
    }
  }

  async #take(event: XenEvent): Promise<void> {
    if (this.#ended || event.ref !== this.#order.taskRef) return
    if (event.operation === 'del') return this.#endWithoutTask()
    const task = parseTask(event.snapshot)
    if (task === undefined) return
    if (task.status === 'success') return this.#complete()
    if (task.status === 'cancelled') return this.#end({ kind: 'cancelled', atMs: this.#around.poolNow() })
    if (task.status === 'failure') return this.#fail(task)
    if (task.progress < this.#progress + PROGRESS_STEP) return
    this.#progress = Math.min(1, task.progress)
    this.#tell({ kind: 'progress', atMs: this.#around.poolNow(), ratio: this.#progress })
  }

  #complete(): void {
    const { memoryBytes, startedAtMs } = this.#order
    const atMs = this.#around.poolNow()
    const totalMs = Math.max(0, atMs - startedAtMs)
    // Stock Xen does not say what it sent; every page was sent at least once.
    this.#end({ kind: 'completed', atMs, totalMs, bytesSent: memoryBytes, stallMs: 0 })
  }

  async #fail(task: TaskRecord): Promise<void> {
    const [code = 'UNKNOWN', ...params] = task.error_info
    if (code === 'TASK_CANCELLED') return this.#end({ kind: 'cancelled', atMs: this.#around.poolNow() })
    const { message } = failureOfXenError(new XenApiError(code, params), {
      what: 'The migration',
      server: this.#around.server,
    })
    const vmRunsAt = await this.#whereItRuns()
    this.#end({ kind: 'failed', atMs: this.#around.poolNow(), reason: message, vmRunsAt })
  }

  /** The task is gone, and with it its outcome: where the VM runs now tells. */
  async #endWithoutTask(): Promise<void> {
    const vmRunsAt = await this.#whereItRuns()
    if (vmRunsAt === 'destination') return this.#complete()
    const reason = 'The task of the migration disappeared from the server before it had ended.'
    this.#end({ kind: 'failed', atMs: this.#around.poolNow(), reason, vmRunsAt })
  }

  async #whereItRuns(): Promise<'source' | 'destination' | 'unknown'> {
    const options = { signal: this.#closing.signal, timeoutMs: CALL_TIMEOUT_MS }
    try {
      const ref = await this.#around.session.call('VM.get_resident_on', [this.#order.vmRef], options)
      if (ref === this.#order.destinationRef) return 'destination'
      return typeof ref === 'string' && ref !== NULL_REF ? 'source' : 'unknown'
    } catch (error) {
      if (this.#closing.signal.aborted) throw error
      return 'unknown'
    }
  }

  #end(event: Unnumbered): void {
    this.#ended = true
    this.#tell(event)
  }

  #tell(event: Unnumbered): void {
    this.#events.push(event)
    this.#bell.ring()
  }

  async #forgetTask(): Promise<void> {
    const options = { signal: this.#closing.signal, timeoutMs: CALL_TIMEOUT_MS }
    await this.#around.session.call('task.destroy', [this.#order.taskRef], options).catch(() => undefined)
  }
}
