import { z } from 'zod'
import { assertNever, Failure } from '../../../shared/failure.ts'
import type { HostMigrationEvent, MigrationCommand } from '../../../shared/model/migration-event.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import type { Clock } from '../../ports/clock.ts'
import { callPlugin } from './plugin.ts'
import { controlPluginMigration, type PluginMigration, watchPluginMigration } from './plugin-migration.ts'
import type { PoolClock } from './pool-clock.ts'
import type { PoolFeed } from './pool-feed.ts'
import { parseTask } from './records.ts'
import type { XenSession } from './session.ts'
import { TaskMigration } from './task-migration.ts'
import { XenApiError } from './xen-error.ts'

const START_TIMEOUT_MS = 30_000
const ASK_TIMEOUT_MS = 10_000
/** Key in a task's other_config under which our id is found again after a restart. */
const ID_KEY = 'longshore:migration'
const VM_KEY = 'longshore:vm'
const DESTINATION_KEY = 'longshore:destination'

export interface MigrationOrder {
  readonly id: string
  readonly vmId: string
  readonly destinationHostId: string
}

type Known =
  | { readonly kind: 'plugin'; readonly migration: PluginMigration }
  | { readonly kind: 'task'; readonly migration: TaskMigration }

interface Surroundings {
  readonly session: XenSession
  readonly feed: PoolFeed
  readonly clock: Clock
  readonly poolClock: PoolClock
  readonly server: string
  readonly explain: (error: unknown) => unknown
}

const notFound = (what: string): Failure =>
  new Failure({
    code: 'not-found',
    message: `${what} is not known to the pool.`,
    remedy: 'Look at the inventory again.',
  })

/** The migrations of one connection, by our ids: those started here, and those found again on the hosts. */
export class Migrations {
  readonly #around: Surroundings
  readonly #known = new Map<string, Promise<Known>>()
  // Orders whose answer was lost on the way: the server may be carrying them out.
  readonly #unanswered = new Set<string>()

  constructor(around: Surroundings) {
    this.#around = around
  }

  async start(order: MigrationOrder, signal: AbortSignal): Promise<void> {
    await this.#remember(order.id, () => this.#start(order, signal))
  }

  async *watch(id: string, afterSequence: number, signal: AbortSignal): AsyncGenerator<HostMigrationEvent> {
    const known = await this.#find(id, signal)
    if (known.kind === 'plugin') yield* watchPluginMigration(known.migration, afterSequence, signal)
    else yield* known.migration.watch(afterSequence, signal)
  }

  async control(id: string, command: MigrationCommand, signal: AbortSignal): Promise<void> {
    const known = await this.#find(id, signal)
    if (known.kind === 'plugin') return controlPluginMigration(known.migration, command, signal)
    switch (command) {
      case 'cancel':
        return known.migration.cancel(signal)
      case 'continue':
        return
      case 'switch':
      case 'stop-and-copy':
        throw new Failure({
          code: 'unsupported',
          message: `Stock Xen decides by itself when to stop copying: it cannot be told to ${command}.`,
          remedy: 'Install the Longshore plugin on the host to control migrations.',
        })
      default:
        assertNever(command)
    }
  }

  async close(): Promise<void> {
    for (const known of await Promise.allSettled(this.#known.values()))
      if (known.status === 'fulfilled' && known.value.kind === 'task') await known.value.migration.close()
  }

  /** The one promise for `id`, so that two at once become one; a failed one is forgotten. */
  #remember(id: string, make: () => Promise<Known>): Promise<Known> {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const made = make()
    this.#known.set(id, made)
    made.catch(() => this.#known.delete(id))
    return made
  }

  async #find(id: string, signal: AbortSignal): Promise<Known> {
    return this.#remember(id, async () => {
      const found = await this.#locate(id, signal)
      if (found !== undefined) return found
      throw notFound(`A migration ${id}`)
    })
  }

  async #start(order: MigrationOrder, signal: AbortSignal): Promise<Known> {
    const { feed, session } = this.#around
    const vm = feed.view.vms.get(order.vmId)
    if (vm === undefined) throw notFound('The VM')
    const destination = feed.view.hosts.get(order.destinationHostId)
    if (destination === undefined) throw notFound('The destination host')
    if (vm.hostId === order.destinationHostId || vm.hostId === null) {
      const found = await this.#locate(order.id, signal)
      if (found !== undefined) return found
      throw new Failure({
        code: 'conflict',
        message:
          vm.hostId === null
            ? `${vm.name} does not run on any host.`
            : `${vm.name} already runs on ${destination.name}.`,
        remedy: 'Look at the inventory again and choose another VM or destination.',
      })
    }
    if (feed.view.hosts.get(vm.hostId)?.capabilities.rounds !== true)
      return this.#startTask(order, vm, signal)
    await callPlugin(
      session,
      {
        hostRef: this.#hostRef(vm.hostId),
        fn: 'migrate_start',
        args: { vm: vm.id, destination: order.destinationHostId, id: order.id },
      },
      { signal, timeoutMs: START_TIMEOUT_MS },
    )
    return this.#byPlugin(order.id, vm.hostId)
  }

  async #startTask(order: MigrationOrder, vm: Vm, signal: AbortSignal): Promise<Known> {
    const { session, feed } = this.#around
    const vmRef = feed.view.vmRefs.get(vm.id)
    if (vmRef === undefined) throw notFound('The VM')
    const found =
      (await this.#locateTask(order.id, signal)) ?? (await this.#adoptUnanswered(order, vmRef, signal))
    if (found !== undefined) return found
    const startedAtMs = this.#around.poolClock.now()
    const options = { signal, timeoutMs: START_TIMEOUT_MS, once: true }
    this.#unanswered.add(order.id)
    const answer = await session
      .call(
        'Async.VM.pool_migrate',
        [vmRef, this.#hostRef(order.destinationHostId), { live: 'true' }],
        options,
      )
      .catch((error: unknown) => {
        if (error instanceof XenApiError) this.#unanswered.delete(order.id)
        throw error
      })
    this.#unanswered.delete(order.id)
    const taskRef = z.string().parse(answer)
    await this.#mark(taskRef, order, signal)
    return this.#byTask(taskRef, { order, startedAtMs, adopted: false })
  }

  /** Writes our id onto the task; a task too short-lived for it needs none. */
  async #mark(taskRef: string, order: MigrationOrder, signal: AbortSignal): Promise<void> {
    const marks = [
      [ID_KEY, order.id],
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

  async #locate(id: string, signal: AbortSignal): Promise<Known | undefined> {
    const { feed } = this.#around
    const able = feed.view.inventory.hosts.filter(host => host.live && host.capabilities.rounds)
    const asked = await Promise.allSettled(able.map(host => this.#hasMigration(host.id, id, signal)))
    const at = able.find((_, index) => {
      const outcome = asked[index]
      return outcome?.status === 'fulfilled' && outcome.value
    })
    if (at !== undefined) return this.#byPlugin(id, at.id)
    const found = await this.#locateTask(id, signal)
    if (found !== undefined) return found
    // A host that could not be asked may be the one: that is not the same as nowhere.
    for (const outcome of asked) if (outcome.status === 'rejected') throw outcome.reason
    return undefined
  }

  async #hasMigration(hostId: string, id: string, signal: AbortSignal): Promise<boolean> {
    const call = {
      hostRef: this.#hostRef(hostId),
      fn: 'migrate_status',
      args: { id, after: '0', timeout_ms: '0' },
    } as const
    try {
      await callPlugin(this.#around.session, call, { signal, timeoutMs: ASK_TIMEOUT_MS })
      return true
    } catch (error) {
      if (error instanceof XenApiError && error.param(1) === 'NO_SUCH_MIGRATION') return false
      throw error
    }
  }

  async #locateTask(id: string, signal: AbortSignal): Promise<Known | undefined> {
    const answer = await this.#around.session.call('task.get_all_records', [], {
      signal,
      timeoutMs: ASK_TIMEOUT_MS,
    })
    const tasks = z.record(z.string(), z.unknown()).catch({}).parse(answer)
    for (const [taskRef, record] of Object.entries(tasks)) {
      const marks = parseTask(record)?.other_config
      if (marks?.get(ID_KEY) !== id) continue
      const order = { id, vmId: marks.get(VM_KEY) ?? '', destinationHostId: marks.get(DESTINATION_KEY) ?? '' }
      return this.#byTask(taskRef, { order, startedAtMs: this.#around.poolClock.now(), adopted: true })
    }
    return undefined
  }

  /** After an order whose answer was lost, a migration of that VM under way is ours. */
  async #adoptUnanswered(
    order: MigrationOrder,
    vmRef: string,
    signal: AbortSignal,
  ): Promise<Known | undefined> {
    if (!this.#unanswered.has(order.id)) return undefined
    const options = { signal, timeoutMs: ASK_TIMEOUT_MS }
    const answer = await this.#around.session.call('VM.get_current_operations', [vmRef], options)
    const operations = z.record(z.string(), z.unknown()).catch({}).parse(answer)
    const taskRef = Object.entries(operations).find(([, operation]) => operation === 'pool_migrate')?.[0]
    if (taskRef === undefined) return undefined
    this.#unanswered.delete(order.id)
    await this.#mark(taskRef, order, signal)
    return this.#byTask(taskRef, { order, startedAtMs: this.#around.poolClock.now(), adopted: true })
  }

  #byPlugin(id: string, hostId: string): Known {
    const { session, clock } = this.#around
    return { kind: 'plugin', migration: { id, session, clock, hostRef: () => this.#hostRef(hostId) } }
  }

  #byTask(
    taskRef: string,
    { order, startedAtMs, adopted }: { order: MigrationOrder; startedAtMs: number; adopted: boolean },
  ): Known {
    const { session, clock, feed, poolClock, server, explain } = this.#around
    const { view } = feed
    const migration = new TaskMigration(
      {
        taskRef,
        vmRef: view.vmRefs.get(order.vmId) ?? '',
        destinationRef: view.hostRefs.get(order.destinationHostId) ?? '',
        memoryBytes: view.vms.get(order.vmId)?.memoryBytes ?? 0,
        linkBytesPerSecond: view.inventory.pool.linkBytesPerSecond,
        startedAtMs,
        adopted,
      },
      { session, clock, server, explain, poolNow: () => poolClock.now() },
    )
    return { kind: 'task', migration }
  }

  #hostRef(hostId: string): string {
    const ref = this.#around.feed.view.hostRefs.get(hostId)
    if (ref === undefined) throw notFound('The host')
    return ref
  }
}
