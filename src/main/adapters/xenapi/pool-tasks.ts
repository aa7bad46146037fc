import { Failure } from '../../../shared/failure.ts'
import type { PoolTask } from '../../../shared/model/pool-task.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { Bell } from '../system/bell.ts'
import { printable } from '../system/printable.ts'
import { followRecords } from './events.ts'
import type { PoolFeed } from './pool-feed.ts'
import type { TaskRecord } from './records.ts'
import type { XenSession } from './session.ts'
import { MIGRATION_KEY } from './task-orders.ts'
import { failureOfXenError, XenApiError } from './xen-error.ts'

/** So many that run are told of, and so many that have ended. */
const MOST_TASKS = 100
const CALL_TIMEOUT_MS = 10_000

type Tasks = ReadonlyMap<string, TaskRecord>

interface Surroundings {
  readonly session: XenSession
  readonly feed: PoolFeed
  readonly clock: Clock
  readonly log: Log
  readonly server: string
}

/** What the server is at, by whomever it was asked: its tasks, but for those that are parts of others. */
export class PoolTasks {
  readonly #around: Surroundings
  #records: Tasks = new Map()

  constructor(around: Surroundings) {
    this.#around = around
  }

  /** The tasks now, and whenever one of them or what is known of their subjects changed; ends by throwing. */
  async *watch(signal: AbortSignal): AsyncGenerator<readonly PoolTask[]> {
    const { session, clock, log, feed } = this.#around
    const ending = new AbortController()
    const both = AbortSignal.any([signal, ending.signal])
    const bell = new Bell()
    let lost: { readonly error: unknown } | undefined
    let changed = false
    const ring = (): void => {
      changed = true
      bell.ring()
    }
    const follow = followRecords(
      {
        session,
        clock,
        log,
        classes: ['task'],
        onChange: ({ records }) => {
          this.#records = records.task
          ring()
        },
      },
      both,
    ).catch((error: unknown) => {
      lost = { error }
      ring()
    })
    const unheard = feed.onPublish(ring)
    try {
      for (;;) {
        while (!changed) await bell.wait(signal)
        changed = false
        if (lost !== undefined) throw lost.error
        yield this.#list()
      }
    } finally {
      unheard()
      ending.abort()
      await follow
    }
  }

  /** Cancels somebody's task, if the server allows it now. */
  async cancel(id: string, signal: AbortSignal): Promise<void> {
    const [ref, task] = [...this.#records].find(([, { uuid }]) => uuid === id) ?? []
    if (ref === undefined || !task?.allowed_operations.includes('cancel'))
      throw new Failure({
        code: 'conflict',
        message: 'The pool does not allow this task to be cancelled now.',
        remedy: 'Wait for it to end, or ask who started it.',
      })
    await this.#around.session.call('task.cancel', [ref], { signal, timeoutMs: CALL_TIMEOUT_MS })
  }

  #list(): readonly PoolTask[] {
    const records = this.#records
    const whole = [...records].filter(([, { subtask_of: parent }]) => !records.has(parent))
    const tasks = whole.map(([ref, record]) => this.#taskOf(ref, record))
    const running = tasks.filter(({ state }) => state === 'running').slice(0, MOST_TASKS)
    return [...running, ...tasks.filter(({ state }) => state !== 'running').slice(-MOST_TASKS)]
  }

  #taskOf(ref: string, record: TaskRecord): PoolTask {
    const state = stateOf(record)
    return {
      id: record.uuid,
      name: printable(record.name_label),
      subject: this.#around.feed.view.taskSubjects.get(ref) ?? null,
      by: askerOf(record),
      migrationId: record.other_config.get(MIGRATION_KEY) ?? null,
      progress: Math.min(1, Math.max(0, record.progress)),
      cancellable: state === 'running' && record.allowed_operations.includes('cancel'),
      state,
      failure: state === 'failed' ? this.#failureOf(record) : null,
    }
  }

  #failureOf({ error_info: [code = 'UNKNOWN', ...params] }: TaskRecord) {
    const { server, feed } = this.#around
    const nameOf = (ref: string) => feed.nameOf(ref)
    return failureOfXenError(new XenApiError(code, params), { what: 'The task', server, nameOf }).report()
  }
}

const stateOf = ({ status, error_info: [code] }: TaskRecord): PoolTask['state'] => {
  if (status === 'success') return 'succeeded'
  if (status === 'cancelled' || (status === 'failure' && code === 'TASK_CANCELLED')) return 'cancelled'
  return status === 'failure' ? 'failed' : 'running'
}

/** Who asked for a task, by the marks that clients leave. */
const askerOf = ({ name_label: name, other_config: marks }: TaskRecord): string | null => {
  if (marks.has(MIGRATION_KEY) || name === 'longshore.migrate') return 'another Longshore'
  if (marks.has('XenCenterUUID')) return 'XenCenter'
  return name.startsWith('[XO]') ? 'Xen Orchestra' : null
}
