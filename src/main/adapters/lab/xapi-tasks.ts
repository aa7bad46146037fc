import { randomUUID } from 'node:crypto'
import { float, NEVER, xapiDate } from './wire-value.ts'
import type { XapiDatabase, XapiRecord } from './xapi-database.ts'
import { NULL_REF, XapiError } from './xapi-error.ts'

const KEPT_MS = 3_900_000
const MOST_FINISHED = 200

/** A task that has just begun. */
export const taskRecord = (uuid: string, name: string, nowMs: number): XapiRecord => ({
  uuid,
  name_label: name,
  name_description: '',
  allowed_operations: [],
  current_operations: {},
  created: xapiDate(nowMs),
  finished: NEVER,
  status: 'pending',
  resident_on: NULL_REF,
  progress: float(0),
  type: '<none/>',
  result: '',
  error_info: [],
  other_config: {},
  subtask_of: NULL_REF,
  subtasks: [],
  backtrace: '()',
})

/** The tasks of asynchronous calls, as objects of the database. */
export class XapiTasks {
  readonly #database: XapiDatabase
  readonly #now: () => number
  readonly #cancels = new Map<string, () => void>()
  readonly #finished: { readonly ref: string; readonly atMs: number }[] = []

  constructor(database: XapiDatabase, now: () => number) {
    this.#database = database
    this.#now = now
  }

  /** A pending task; `cancel`, if given, is what task.cancel does until `lock` or the end. */
  create(name: string, residentOn: string, cancel?: () => void, subtaskOf: string = NULL_REF): string {
    const uuid = randomUUID()
    const ref = `OpaqueRef:${uuid}`
    if (cancel !== undefined) this.#cancels.set(ref, cancel)
    this.#database.insert('task', ref, {
      ...taskRecord(uuid, name, this.#now()),
      allowed_operations: cancel === undefined ? [] : ['cancel'],
      resident_on: residentOn,
      subtask_of: subtaskOf,
    })
    return ref
  }

  /** From now on it can be cancelled. */
  allowCancel(ref: string, cancel: () => void): void {
    this.#cancels.set(ref, cancel)
    this.#database.change('task', ref, { allowed_operations: ['cancel'] })
  }

  progress(ref: string, progress: number): void {
    this.#database.change('task', ref, { progress: float(Math.round(progress * 1000) / 1000) })
  }

  /** From now on it cannot be cancelled. */
  lock(ref: string): void {
    this.#cancels.delete(ref)
    this.#database.change('task', ref, { allowed_operations: [] })
  }

  /** `told` is the error of a task that failed, or the result of one that did not, as XML. */
  finish(
    ref: string,
    status: 'success' | 'failure' | 'cancelled',
    told: readonly string[] | string = [],
  ): void {
    if (this.#database.find('task', ref) === undefined) return
    this.lock(ref)
    const progress = status === 'success' ? { progress: float(1) } : {}
    this.#database.change('task', ref, {
      status,
      ...progress,
      finished: xapiDate(this.#now()),
      ...(typeof told === 'string' ? { result: told } : { error_info: told }),
    })
    this.#finished.push({ ref, atMs: this.#now() })
    this.collect()
  }

  /** A handler of HTTP was given a task to account for itself, and is done. */
  finishHandler(ref: string): void {
    if (this.#database.find('task', ref) !== undefined) this.finish(ref, 'success')
  }

  cancel(ref: string): void {
    this.#database.get('task', ref)
    const cancel = this.#cancels.get(ref)
    if (cancel === undefined) throw new XapiError('OPERATION_NOT_ALLOWED', 'The task cannot be cancelled now')
    cancel()
  }

  /** Cancels what can be cancelled and leaves the rest. */
  cancelIfAllowed(ref: string): void {
    this.#cancels.get(ref)?.()
  }

  destroy(ref: string): void {
    this.#database.get('task', ref)
    this.lock(ref)
    this.#database.remove('task', ref)
  }

  /** Forgets finished tasks that are old or beyond the newest 200. */
  collect(): void {
    for (;;) {
      const oldest = this.#finished[0]
      if (oldest === undefined) return
      if (this.#finished.length <= MOST_FINISHED && this.#now() - oldest.atMs < KEPT_MS) return
      this.#finished.shift()
      this.#database.remove('task', oldest.ref)
    }
  }
}
