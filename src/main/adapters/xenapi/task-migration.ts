import { z } from 'zod'
import { Failure } from '../../../shared/failure.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import { pagesOf } from '../../../shared/units.ts'
import type { Clock } from '../../ports/clock.ts'
import { Bell } from '../system/bell.ts'
import { askForEvents } from './events.ts'
import { persist } from './persist.ts'
import { type EventBatch, NULL_REF, parseTask, type TaskState, type XenEvent } from './records.ts'
import type { Lane, XenSession } from './session.ts'
import { failureOfXenError, isSilence, XenApiError } from './xen-error.ts'

/** An event before it has its number. */
type Unnumbered = HostMigrationEvent extends infer E
  ? E extends unknown
    ? Omit<E, 'sequence'>
    : never
  : never

export interface TaskOrder {
  readonly taskRef: string
  readonly vmId: string
  readonly destinationHostId: string
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
  /** The task's reference in the present session; undefined when the server has none that carries it out. */
  readonly findTask: (signal: AbortSignal) => Promise<string | undefined>
}

const CALL_TIMEOUT_MS = 10_000
/** Steps smaller than that, forward or back, are not told. */
const PROGRESS_STEP = 0.005
/** A count that swings without an end is told no further. */
const MOST_STEPS = 10_000

const forgotten = (): Failure =>
  new Failure({
    code: 'not-found',
    message: 'The first reports of the migration were told to an earlier run and are not known any more.',
    remedy: 'Look at the VM itself: the migration goes on without being watched.',
  })

/**
 * A migration by stock Xen, told from its task: it started, how far it is, how it ended. The task counts what is left, so
 * that its progress steps back between passes; it is told as it is.
 */
export class TaskMigration {
  readonly #order: TaskOrder
  readonly #around: Surroundings
  readonly #events: Unnumbered[] = []
  readonly #bell = new Bell()
  readonly #closing = new AbortController()
  readonly #running: Promise<void>
  #taskRef: string
  #numberedFrom: number | undefined
  #progress = 0
  #steps = 0
  #ended = false
  #lost: unknown

  constructor(order: TaskOrder, around: Surroundings) {
    this.#order = order
    this.#around = around
    this.#taskRef = order.taskRef
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
    await this.#around.session.call('task.cancel', [this.#taskRef], {
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
    try {
      let token = ''
      let { generation } = this.#around.session
      while (!this.#ended) {
        if (generation !== this.#around.session.generation) {
          // A new session may know the task by another reference, and other tokens.
          token = ''
          generation = this.#around.session.generation
          await this.#findAgain()
          continue
        }
        const batch = await this.#ask(lane, token)
        if (generation !== this.#around.session.generation) continue
        for (const event of batch.events) await this.#take(event)
        if (token === '' && batch.events.length === 0) await this.#endWithoutTask()
        token = batch.token
      }
    } catch (error) {
      this.#lost = this.#around.explain(error)
    } finally {
      lane.close()
      this.#bell.ring()
    }
  }

  /** The task's next events; none when the session is another one now. */
  async #ask(lane: Lane, token: string): Promise<Pick<EventBatch, 'events' | 'token'>> {
    const { session, clock } = this.#around
    const { generation } = session
    const { signal } = this.#closing
    const classes = [`task/${this.#taskRef}`]
    try {
      return await persist(() => askForEvents(lane, { classes, token, signal }), {
        clock,
        signal,
        mayPass: error => isSilence(error) && session.generation === generation,
      })
    } catch (error) {
      if (signal.aborted || session.generation === generation) throw error
      return { events: [], token: '' }
    }
  }

  async #findAgain(): Promise<void> {
    const taskRef = await this.#around.findTask(this.#closing.signal)
    if (taskRef === undefined) await this.#endWithoutTask()
    else this.#taskRef = taskRef
  }

  async #take(event: XenEvent): Promise<void> {
    if (this.#ended || event.ref !== this.#taskRef) return
    if (event.operation === 'del') return this.#endWithoutTask()
    const task = parseTask(event.snapshot)
    if (task === undefined) return
    if (task.status === 'success') return this.#complete()
    if (task.status === 'cancelled') return this.#end({ kind: 'cancelled', atMs: this.#around.poolNow() })
    if (task.status === 'failure') return this.#fail(task)
    const ratio = Math.min(1, Math.max(0, task.progress))
    if (Math.abs(ratio - this.#progress) < PROGRESS_STEP || ++this.#steps > MOST_STEPS) return
    this.#progress = ratio
    this.#tell({ kind: 'progress', atMs: this.#around.poolNow(), ratio: this.#progress })
  }

  #complete(): void {
    const atMs = this.#around.poolNow()
    const totalMs = Math.max(0, atMs - this.#order.startedAtMs)
    // Stock Xen says neither what it sent nor how long the guest waited.
    this.#end({ kind: 'completed', atMs, totalMs, bytesSent: null, stallMs: null })
  }

  async #fail(task: TaskState): Promise<void> {
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

  /** Asked by uuid, since references change when the toolstack restarts. */
  async #whereItRuns(): Promise<'source' | 'destination' | 'unknown'> {
    const options = { signal: this.#closing.signal, timeoutMs: CALL_TIMEOUT_MS }
    const ask = async (method: string, param: string) =>
      z.string().parse(await this.#around.session.call(method, [param], options))
    try {
      const hostRef = await ask('VM.get_resident_on', await ask('VM.get_by_uuid', this.#order.vmId))
      if (hostRef === NULL_REF) return 'unknown'
      const hostId = await ask('host.get_uuid', hostRef)
      return hostId === this.#order.destinationHostId ? 'destination' : 'source'
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
    await this.#around.session.call('task.destroy', [this.#taskRef], options).catch(() => undefined)
  }
}
