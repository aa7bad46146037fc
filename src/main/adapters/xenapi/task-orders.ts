import { z } from 'zod'
import type { Vm } from '../../../shared/model/vm.ts'
import type { Clock } from '../../ports/clock.ts'
import type { MigrationOrder } from '../../ports/hypervisor.ts'
import type { HostNetwork } from './networks.ts'
import type { PoolClock } from './pool-clock.ts'
import type { PoolFeed } from './pool-feed.ts'
import { parseTask } from './records.ts'
import type { XenSession } from './session.ts'
import { TaskMigration } from './task-migration.ts'
import { XenApiError } from './xen-error.ts'

const START_TIMEOUT_MS = 30_000
const ASK_TIMEOUT_MS = 10_000
/** Key in a task's other_config under which our id is found again after a restart. */
export const MIGRATION_KEY = 'longshore:migration'
const VM_KEY = 'longshore:vm'
const DESTINATION_KEY = 'longshore:destination'

/** What the migrations of one connection are carried out with. */
export interface Surroundings {
  readonly session: XenSession
  readonly feed: PoolFeed
  readonly clock: Clock
  readonly poolClock: PoolClock
  readonly server: string
  readonly explain: (error: unknown) => unknown
}

/** Orders to stock Xen, which knows no ids of ours: tasks carry them as a mark, so that none is given twice. */
export class TaskOrders {
  readonly #around: Surroundings
  // Orders whose answer was lost on the way: the server may be carrying them out.
  readonly #unanswered = new Set<string>()

  constructor(around: Surroundings) {
    this.#around = around
  }

  async start(
    order: MigrationOrder,
    { vm, network }: { readonly vm: Vm; readonly network: HostNetwork | null },
    signal: AbortSignal,
  ): Promise<TaskMigration> {
    const { feed, poolClock } = this.#around
    const vmRef = feed.view.vmRefs.get(vm.id) ?? ''
    const hostRef = feed.view.hostRefs.get(order.destinationHostId) ?? ''
    const found = (await this.locate(order.id, signal)) ?? (await this.#adopt(order, vmRef, signal))
    if (found !== undefined) return found
    const startedAtMs = poolClock.now()
    const options = { live: 'true', ...(network && { network: network.ref }) }
    const taskRef = await this.#order(order.id, [vmRef, hostRef, options], signal)
    await this.#mark(taskRef, order, signal)
    const linkBytesPerSecond = network?.linkBytesPerSecond ?? undefined
    return this.#follow(taskRef, { order, startedAtMs, adopted: false, linkBytesPerSecond })
  }

  /** The migration that an earlier run marked with `id`, if the server still has its task. */
  async locate(id: string, signal: AbortSignal): Promise<TaskMigration | undefined> {
    const marked = await this.#marked(id, signal)
    if (marked === undefined) return undefined
    const [vmId = '', destinationHostId = ''] = [marked.marks.get(VM_KEY), marked.marks.get(DESTINATION_KEY)]
    const order = { id, vmId, destinationHostId }
    return this.#follow(marked.taskRef, {
      order,
      startedAtMs: this.#around.poolClock.now(),
      adopted: true,
    })
  }

  async #marked(
    id: string,
    signal: AbortSignal,
  ): Promise<{ taskRef: string; marks: ReadonlyMap<string, string> } | undefined> {
    const options = { signal, timeoutMs: ASK_TIMEOUT_MS }
    const answer = await this.#around.session.call('task.get_all_records', [], options)
    for (const [taskRef, record] of Object.entries(
      z.record(z.string(), z.unknown()).catch({}).parse(answer),
    )) {
      const marks = parseTask(record)?.other_config
      if (marks?.get(MIGRATION_KEY) === id) return { taskRef, marks }
    }
    return undefined
  }

  async #order(id: string, params: readonly unknown[], signal: AbortSignal): Promise<string> {
    this.#unanswered.add(id)
    const answer = await this.#around.session
      .call('Async.VM.pool_migrate', params, {
        signal,
        timeoutMs: START_TIMEOUT_MS,
        once: true,
      })
      .catch((error: unknown) => {
        if (error instanceof XenApiError) this.#unanswered.delete(id)
        throw error
      })
    this.#unanswered.delete(id)
    return z.string().parse(answer)
  }

  /** Writes our id onto the task; a task that is gone already needs none. */
  async #mark(taskRef: string, order: MigrationOrder, signal: AbortSignal): Promise<void> {
    const marks = [
      [MIGRATION_KEY, order.id],
      [VM_KEY, order.vmId],
      [DESTINATION_KEY, order.destinationHostId],
    ]
    for (const [key, value] of marks)
      await this.#around.session
        .call('task.add_to_other_config', [taskRef, key, value], { signal, timeoutMs: ASK_TIMEOUT_MS })
        .catch((error: unknown) => {
          if (!(error instanceof XenApiError)) throw error
        })
  }

  /** After an order whose answer was lost, a migration of that VM under way is ours. */
  async #adopt(
    order: MigrationOrder,
    vmRef: string,
    signal: AbortSignal,
  ): Promise<TaskMigration | undefined> {
    if (!this.#unanswered.has(order.id)) return undefined
    const taskRef = await this.#underWay(vmRef, signal)
    if (taskRef === undefined) return undefined
    this.#unanswered.delete(order.id)
    await this.#mark(taskRef, order, signal)
    const startedAtMs = this.#around.poolClock.now()
    return this.#follow(taskRef, { order, startedAtMs, adopted: true })
  }

  /** The task of a migration of that VM, by whomever. */
  async #underWay(vmRef: string, signal: AbortSignal): Promise<string | undefined> {
    const options = { signal, timeoutMs: ASK_TIMEOUT_MS }
    const answer = await this.#around.session.call('VM.get_current_operations', [vmRef], options)
    const operations = z.record(z.string(), z.unknown()).catch({}).parse(answer)
    return Object.entries(operations).find(([, operation]) => operation === 'pool_migrate')?.[0]
  }

  /** An order's task in a new session: by its mark, or as what the VM is at. */
  async #findTask(order: MigrationOrder, signal: AbortSignal): Promise<string | undefined> {
    const marked = await this.#marked(order.id, signal)
    if (marked !== undefined) return marked.taskRef
    const options = { signal, timeoutMs: ASK_TIMEOUT_MS }
    const vmRef = await this.#around.session.call('VM.get_by_uuid', [order.vmId], options)
    return this.#underWay(z.string().parse(vmRef), signal)
  }

  #follow(
    taskRef: string,
    told: {
      order: MigrationOrder
      startedAtMs: number
      adopted: boolean
      /** That of the pool where no network was chosen. */
      linkBytesPerSecond?: number | undefined
    },
  ): TaskMigration {
    const { session, clock, feed, poolClock, server, explain } = this.#around
    const { order, startedAtMs, adopted } = told
    const { view } = feed
    return new TaskMigration(
      {
        taskRef,
        vmId: order.vmId,
        destinationHostId: order.destinationHostId,
        memoryBytes: view.vms.get(order.vmId)?.memoryBytes ?? 0,
        linkBytesPerSecond: told.linkBytesPerSecond ?? view.inventory.pool.linkBytesPerSecond,
        startedAtMs,
        adopted,
      },
      {
        session,
        clock,
        server,
        explain,
        poolNow: () => poolClock.now(),
        findTask: signal => this.#findTask(order, signal),
      },
    )
  }
}
