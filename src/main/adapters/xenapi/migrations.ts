import { assertNever, Failure } from '../../../shared/failure.ts'
import type { Host } from '../../../shared/model/host.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { MigrationOrder } from '../../ports/hypervisor.ts'
import { notKnown } from '../system/connection-failures.ts'
import { OncePerId } from '../system/once-per-id.ts'
import { type HostNetwork, networksBetween } from './networks.ts'
import { callPlugin } from './plugin.ts'
import { controlPluginMigration, type PluginMigration, watchPluginMigration } from './plugin-migration.ts'
import type { TaskMigration } from './task-migration.ts'
import { type Surroundings, TaskOrders } from './task-orders.ts'
import { XenApiError } from './xen-error.ts'

const START_TIMEOUT_MS = 30_000
const ASK_TIMEOUT_MS = 10_000

type Known =
  | { readonly kind: 'plugin'; readonly migration: PluginMigration }
  | { readonly kind: 'task'; readonly migration: TaskMigration }

/** The migrations of one connection, by our ids: those started here, and those found again on the hosts. */
export class Migrations {
  readonly #around: Surroundings
  readonly #tasks: TaskOrders
  readonly #known = new OncePerId<Known>()

  constructor(around: Surroundings) {
    this.#around = around
    this.#tasks = new TaskOrders(around)
  }

  async start(order: MigrationOrder, signal: AbortSignal): Promise<void> {
    await this.#known.get(order.id, () => this.#start(order, signal))
  }

  async *watch(id: string, afterSequence: number, signal: AbortSignal): AsyncGenerator<HostMigrationEvent> {
    const known = await this.#find(id, signal)
    if (known.kind === 'plugin') yield* watchPluginMigration(known.migration, afterSequence, signal)
    else yield* known.migration.watch(afterSequence, signal)
  }

  async control(id: string, command: MigrationCommand, signal: AbortSignal): Promise<void> {
    const known = await this.#find(id, signal)
    if (known.kind === 'plugin') return controlPluginMigration(known.migration, command, signal)
    switch (command.kind) {
      case 'cancel':
        return known.migration.cancel(signal)
      case 'continue':
        return
      case 'bandwidth':
      case 'page-order':
      case 'throttle':
      case 'priority':
        throw new Failure({
          code: 'unsupported',
          message: 'Stock Xen sends pages as it likes: it takes no bandwidth, order, throttle or priority.',
          remedy: 'Install the Longshore plugin on the host to control migrations.',
        })
      case 'switch':
      case 'stop-and-copy':
        throw new Failure({
          code: 'unsupported',
          message: `Stock Xen decides by itself when to stop copying: it cannot be told to ${command.kind}.`,
          remedy: 'Install the Longshore plugin on the host to control migrations.',
        })
      default:
        assertNever(command)
    }
  }

  async close(): Promise<void> {
    for (const known of await this.#known.settled()) if (known.kind === 'task') await known.migration.close()
  }

  #find(id: string, signal: AbortSignal): Promise<Known> {
    return this.#known.get(id, async () => {
      const found = await this.#locate(id, signal)
      if (found !== undefined) return found
      throw notKnown(`A migration ${id}`)
    })
  }

  async #start(order: MigrationOrder, signal: AbortSignal): Promise<Known> {
    const { feed, session } = this.#around
    const vm = feed.view.vms.get(order.vmId)
    if (vm === undefined) throw notKnown('The VM')
    const destination = feed.view.hosts.get(order.destinationHostId)
    if (destination === undefined) throw notKnown('The destination host')
    if (vm.hostId === order.destinationHostId || vm.hostId === null) {
      // What looks like nothing to do may be what this very order has done.
      const found = await this.#locate(order.id, signal)
      if (found !== undefined) return found
      const why = vm.hostId === null ? 'does not run on any host' : `already runs on ${destination.name}`
      throw new Failure({
        code: 'conflict',
        message: `${vm.name} ${why}.`,
        remedy: 'Look at the inventory again and choose another VM or destination.',
      })
    }
    const network =
      order.networkId === undefined ? null : this.#network(order.networkId, [vm.hostId, destination])
    if (feed.view.hosts.get(vm.hostId)?.capabilities.rounds !== true)
      return { kind: 'task', migration: await this.#tasks.start(order, { vm, network }, signal) }
    const args = {
      vm: vm.id,
      destination: order.destinationHostId,
      id: order.id,
      ...(network && { network: network.id }),
      ...(order.pageRequests && { page_requests: order.pageRequests }),
      ...(order.prepagePages && { prepage_pages: String(order.prepagePages) }),
    }
    const call = { hostRef: this.#hostRef(vm.hostId), fn: 'migrate_start', args } as const
    await callPlugin(session, call, { signal, timeoutMs: START_TIMEOUT_MS })
    return this.#byPlugin(order.id, vm.hostId)
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
    const found = await this.#tasks.locate(id, signal)
    if (found !== undefined) return { kind: 'task', migration: found }
    // A host that could not be asked may be the one: that is not the same as nowhere.
    for (const outcome of asked) if (outcome.status === 'rejected') throw outcome.reason
    return undefined
  }

  async #hasMigration(hostId: string, id: string, signal: AbortSignal): Promise<boolean> {
    const args = { id, after: '0', timeout_ms: '0' }
    const call = { hostRef: this.#hostRef(hostId), fn: 'migrate_status', args } as const
    try {
      await callPlugin(this.#around.session, call, { signal, timeoutMs: ASK_TIMEOUT_MS })
      return true
    } catch (error) {
      if (error instanceof XenApiError && error.param(1) === 'NO_SUCH_MIGRATION') return false
      throw error
    }
  }

  #byPlugin(id: string, hostId: string): Known {
    const { session, clock } = this.#around
    return { kind: 'plugin', migration: { id, session, clock, hostRef: () => this.#hostRef(hostId) } }
  }

  #network(id: string, [sourceHostId, destination]: readonly [string, Host]): HostNetwork {
    const { networks } = this.#around.feed.view
    const usable = networksBetween(networks.get(sourceHostId) ?? [], networks.get(destination.id) ?? [])
    const network = usable.find(candidate => candidate.id === id)
    if (network !== undefined) return network
    throw new Failure({
      code: 'conflict',
      message: `The chosen network does not lead to ${destination.name}: both hosts need an address in it.`,
      remedy: 'Choose another network, or leave it to the pool.',
    })
  }

  #hostRef(hostId: string): string {
    const ref = this.#around.feed.view.hostRefs.get(hostId)
    if (ref === undefined) throw notKnown('The host')
    return ref
  }
}
