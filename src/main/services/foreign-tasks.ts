import { isAbort } from '../../shared/failure.ts'
import type { PoolTask } from '../../shared/model/pool-task.ts'
import type { Clock } from '../ports/clock.ts'
import type { Hypervisor } from '../ports/hypervisor.ts'
import type { Log } from '../ports/log.ts'
import type { Connections, LivePool } from './connections.ts'
import { foreignTaskTitle } from './foreign-task-title.ts'
import type { Migrator } from './migrator.ts'
import type { Operations } from './operations.ts'

interface Deps {
  readonly connections: Connections
  readonly migrator: Migrator
  readonly operations: Operations
  readonly clock: Clock
  readonly log: Log
}

/** What is known of one pool's tasks, by their ids. */
interface Seen {
  /** Those of our own migrations: they stay ours when the migration has ended. */
  readonly ours: Set<string>
  /** When each was first told of. */
  readonly since: Map<string, number>
  readonly shown: Set<string>
}

const CHECK_MS = 1000
const CANCEL_TIMEOUT_MS = 15_000
/** A server has many tasks that are over before anybody could read of them: what says nothing of itself must last so long. */
const LASTS_MS = 2000
/** As many of a pool are shown at once. */
const MOST_SHOWN = 50

const operationId = (connectionId: string, taskId: string): string => `task/${connectionId}/${taskId}`

/** Shows among our operations what others have the pools do. */
export class ForeignTasks {
  readonly #deps: Deps
  readonly #watching = new Map<Hypervisor, Promise<void>>()
  readonly #seen = new Map<string, Seen>()
  readonly #abort = new AbortController()
  #stop: (() => void) | undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  start(): void {
    this.#stop ??= this.#deps.clock.every(CHECK_MS, () => this.#check())
  }

  async close(): Promise<void> {
    this.#stop?.()
    this.#abort.abort()
    await Promise.allSettled(this.#watching.values())
  }

  #check(): void {
    const { connections } = this.#deps
    for (const pool of connections.pools) {
      const { hypervisor } = pool
      if (this.#watching.has(hypervisor)) continue
      const watched = this.#watch(pool).finally(() => this.#watching.delete(hypervisor))
      this.#watching.set(hypervisor, watched)
    }
    for (const [connectionId, seen] of this.#seen)
      if (connections.state(connectionId) === undefined) {
        this.#endAll(connectionId, seen)
        this.#seen.delete(connectionId)
      }
  }

  async #watch({ connectionId, hypervisor }: LivePool): Promise<void> {
    const { signal } = this.#abort
    try {
      for await (const tasks of hypervisor.watchTasks(signal)) {
        const pool = this.#deps.connections.pool(connectionId)
        if (pool?.hypervisor === hypervisor) this.#take(pool, tasks)
      }
    } catch (error) {
      if (!isAbort(error) && !signal.aborted)
        this.#deps.log.info('the tasks of a pool are not seen', { connectionId, why: String(error) })
    }
  }

  #take(pool: LivePool, tasks: readonly PoolTask[]): void {
    const { connectionId } = pool
    const seen = this.#seen.get(connectionId) ?? { ours: new Set(), since: new Map(), shown: new Set() }
    this.#seen.set(connectionId, seen)
    const present = new Set(tasks.map(({ id }) => id))
    for (const ids of [seen.ours, seen.since])
      for (const id of ids.keys()) if (!present.has(id)) ids.delete(id)
    for (const task of tasks) {
      if (this.#isOurs(task)) seen.ours.add(task.id)
      if (seen.shown.has(task.id)) this.#follow(connectionId, task)
      else if (this.#isToShow(task, seen)) this.#show(pool, task)
      if (task.state !== 'running') seen.shown.delete(task.id)
    }
    for (const id of seen.shown) if (!present.has(id)) this.#end(connectionId, id)
  }

  #isOurs({ migrationId, subject }: PoolTask): boolean {
    const { migrator } = this.#deps
    if (migrationId !== null && migrator.states.get(migrationId) !== undefined) return true
    return subject?.kind === 'vm' && migrator.movingVmIds.has(subject.id)
  }

  #isToShow(task: PoolTask, { ours, since, shown }: Seen): boolean {
    if (task.state !== 'running' || ours.has(task.id) || shown.size >= MOST_SHOWN) return false
    if (task.subject !== null) return true
    const nowMs = this.#deps.clock.now()
    const firstMs = since.get(task.id) ?? nowMs
    since.set(task.id, firstMs)
    return task.progress > 0 && nowMs - firstMs >= LASTS_MS
  }

  #show({ connectionId, hypervisor, inventory }: LivePool, task: PoolTask): void {
    const id = operationId(connectionId, task.id)
    const { operations, log } = this.#deps
    const cancel = () =>
      void hypervisor
        .cancelTask(task.id, AbortSignal.timeout(CANCEL_TIMEOUT_MS))
        .catch(error => log.warn('a task was not cancelled', { id, why: String(error) }))
    operations.start({ id, kind: 'task', title: foreignTaskTitle(task, inventory.pool.name), cancel })
    this.#seen.get(connectionId)?.shown.add(task.id)
    this.#follow(connectionId, task)
  }

  #follow(connectionId: string, { id, state, progress, cancellable, failure }: PoolTask): void {
    const { operations } = this.#deps
    const operation = operationId(connectionId, id)
    // What a task counts tells no time: it goes back, and stands still.
    if (state === 'running') operations.progress(operation, { progress, remainingMs: null, cancellable })
    else operations.end(operation, state, failure)
  }

  /** It is gone, and how it ended with it. */
  #end(connectionId: string, taskId: string): void {
    this.#deps.operations.end(operationId(connectionId, taskId), 'ended')
    this.#seen.get(connectionId)?.shown.delete(taskId)
  }

  #endAll(connectionId: string, { shown }: Seen): void {
    for (const id of [...shown]) this.#end(connectionId, id)
  }
}
