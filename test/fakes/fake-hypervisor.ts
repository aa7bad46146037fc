import { FULL_CAPABILITIES } from '../../src/main/core/simulation/case-capabilities.ts'
import type {
  Hypervisor,
  Inventory,
  MetricsReading,
  MigrationOrder,
  PageHeatReading,
} from '../../src/main/ports/hypervisor.ts'
import { LiveValue } from '../../src/main/services/live-value.ts'
import { Failure } from '../../src/shared/failure.ts'
import type { DestinationCheck, MigrationNetwork } from '../../src/shared/model/destination-check.ts'
import type { Host } from '../../src/shared/model/host.ts'
import { measured, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import type { CommandKind, MigrationCommand } from '../../src/shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../src/shared/model/migration-event.ts'
import { type Lease, NO_GUARDS } from '../../src/shared/model/pool-guards.ts'
import type { PoolTask } from '../../src/shared/model/pool-task.ts'
import type { Vm } from '../../src/shared/model/vm.ts'
import { GIB } from '../../src/shared/units.ts'

const ALL = { ...FULL_CAPABILITIES, pageOrder: false, throttle: false, priority: false, diskCopy: false }

export const aHost = (change: Partial<Host> & { readonly id: string }): Host => ({
  poolId: 'pool',
  name: change.id,
  address: '127.0.0.1',
  cpuCount: 16,
  memoryBytes: 64 * GIB,
  enabled: true,
  live: true,
  capabilities: ALL,
  ...change,
})

export const aVm = (change: Partial<Vm> & { readonly id: string }): Vm => ({
  poolId: 'pool',
  hostId: 'host-1',
  name: change.id,
  description: '',
  powerState: 'running',
  memoryBytes: GIB,
  memoryMinBytes: change.memoryBytes ?? GIB,
  vcpuCount: 4,
  immovableBecause: null,
  currentOperations: [],
  ...change,
})

export const anInventory = (
  vms: readonly Vm[],
  hosts = ['host-1', 'host-2', 'host-3'].map(id => aHost({ id })),
): Inventory => ({
  pool: {
    id: 'pool',
    connectionId: 'c',
    name: 'pool',
    masterHostId: 'host-1',
    linkBytesPerSecond: 1.25e9,
    isLab: false,
    timeScale: 1,
    remarks: [],
    guards: NO_GUARDS,
  },
  hosts,
  vms,
})

/** Events that a test releases one by one, or all at once. */
class EventFeed {
  readonly #events: HostMigrationEvent[] = []
  readonly #waiting = new Set<() => void>()
  isBroken = false

  push(...events: readonly HostMigrationEvent[]): void {
    this.#events.push(...events)
    this.#wake()
  }

  break(): void {
    this.isBroken = true
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  async *after(sequence: number, signal: AbortSignal): AsyncGenerator<HostMigrationEvent> {
    let next = sequence
    signal.addEventListener('abort', () => this.#wake())
    while (!signal.aborted) {
      const event = this.#events[next]
      if (event) {
        next++
        yield event
      } else if (this.isBroken) {
        this.isBroken = false
        throw new Failure({ code: 'unreachable', message: 'The pool went away.', remedy: 'Wait.' })
      } else {
        await new Promise<void>(resolve => this.#waiting.add(resolve))
      }
    }
  }
}

/** A pool a test holds in its hand: it says what the test sets, and remembers what it was told. */
export class FakeHypervisor implements Hypervisor {
  inventory: Inventory
  atMs = 0
  /** Unique pages in a 1 s window, by VM. */
  readonly dirtyPages = new Map<string, number>()
  readonly hostCpu = new Map<string, number>()
  readonly vmCpu = new Map<string, number>()
  /** Of every VM, bytes/s. */
  diskRead = 300
  /** Of every VM, faults/s; none where the server counts none. */
  pageFaults: number | undefined
  readonly controls: CommandKind[] = []
  readonly commands: MigrationCommand[] = []
  readonly orders: MigrationOrder[] = []
  readonly feed = new EventFeed()
  refusal: Failure | null = null
  /** What is said against hosts as destinations, by host. */
  copiesDisks = false
  readonly refusals = new Map<string, string>()
  /** By which every host can be reached. */
  networks: readonly MigrationNetwork[] = []
  readonly tasks = new LiveValue<readonly PoolTask[]>([])
  readonly cancelledTasks: string[] = []
  silence: Failure | null = null
  isClosed = false
  /** VMs whose dirty rate was read: windows of other lengths are of a curve. */
  dirtyReadings: string[] = []
  metricsReadings = 0
  #lost: ((failure: Failure) => void) | undefined
  #told: (() => void) | undefined

  constructor(inventory: Inventory) {
    this.inventory = inventory
  }

  /** A VM dirties memory at a rate, and its CPU shows that it works; at 0 it is idle as before. */
  storm(vmId: string, pagesPerSecond: number): void {
    this.dirtyPages.set(vmId, pagesPerSecond)
    this.vmCpu.set(vmId, pagesPerSecond > 0 ? 0.9 : 0.3)
  }

  /** Breaks the connection. */
  lose(failure: Failure): void {
    this.#lost?.(failure)
  }

  /** Shows another inventory to who watches. */
  tell(inventory: Inventory): void {
    this.inventory = inventory
    this.#told?.()
  }

  async *watchInventory(signal: AbortSignal): AsyncGenerator<Inventory> {
    while (!signal.aborted) {
      yield this.inventory
      await new Promise<void>((resolve, reject) => {
        this.#lost = reject
        this.#told = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  async readMetrics(): Promise<MetricsReading> {
    this.metricsReadings++
    if (this.silence) throw this.silence
    const { atMs } = this
    return {
      atMs,
      vms: this.inventory.vms.map(vm => ({
        vmId: vm.id,
        atMs,
        cpuRatio: measured(this.vmCpu.get(vm.id) ?? 0.3),
        memoryRatio: measured(0.5),
        ioBytesPerSecond: measured(1000),
        diskReadBytesPerSecond: measured(this.diskRead),
        networkReceiveBytesPerSecond: measured(200),
        dirtyPagesPerSecond: UNAVAILABLE,
        pageFaultsPerSecond: measured(this.pageFaults),
      })),
      hosts: this.inventory.hosts.map(host => ({
        hostId: host.id,
        atMs,
        cpuRatio: measured(this.hostCpu.get(host.id) ?? 0.2),
        memoryRatio: measured(0.5),
        memoryFreeBytes: measured(32 * GIB),
        ioBytesPerSecond: measured(0),
        networkBytesPerSecond: measured(0),
      })),
    }
  }

  async readDirtyRate(vmId: string, windowMs: number) {
    if (windowMs === 1000) this.dirtyReadings.push(vmId)
    return { pages: this.dirtyPages.get(vmId) ?? 1000, windowMs, atMs: this.atMs }
  }

  async readPageHeat(): Promise<PageHeatReading> {
    const zeros = new Float32Array(4)
    return {
      atMs: this.atMs,
      regionPages: 64,
      totalPages: 256,
      frequency: zeros,
      locality: zeros,
      recency: zeros,
    }
  }

  async listDestinations(vmId: string): Promise<readonly string[]> {
    const vm = this.inventory.vms.find(candidate => candidate.id === vmId)
    return this.inventory.hosts.map(host => host.id).filter(id => id !== vm?.hostId)
  }

  async checkDestinations(vmId: string): Promise<readonly DestinationCheck[]> {
    const vm = this.inventory.vms.find(candidate => candidate.id === vmId)
    const hostIds = this.inventory.hosts.map(host => host.id).filter(id => id !== vm?.hostId)
    const { networks } = this
    return hostIds.map(hostId => ({
      hostId,
      refusal: this.refusals.get(hostId) ?? null,
      copiesDisk: this.copiesDisks,
      networks,
    }))
  }

  async startMigration(order: FakeHypervisor['orders'][number]): Promise<void> {
    if (this.refusal) throw this.refusal
    this.orders.push(order)
  }

  watchMigration(_id: string, afterSequence: number, signal: AbortSignal): AsyncIterable<HostMigrationEvent> {
    return this.feed.after(afterSequence, signal)
  }

  async controlMigration(_id: string, command: MigrationCommand): Promise<void> {
    this.controls.push(command.kind)
    this.commands.push(command)
  }

  async *watchTasks(signal: AbortSignal): AsyncGenerator<readonly PoolTask[]> {
    yield* this.tasks.watch(signal)
  }

  async cancelTask(taskId: string): Promise<void> {
    this.cancelledTasks.push(taskId)
  }

  /** As a pool does: only who names the present lease replaces it. */
  async replaceLease(present: Lease | null, next: Lease | null): Promise<boolean> {
    const { pool } = this.inventory
    if (pool.guards.lease?.holder !== present?.holder) return false
    this.tell({ ...this.inventory, pool: { ...pool, guards: { ...pool.guards, lease: next } } })
    return true
  }

  async close(): Promise<void> {
    this.isClosed = true
  }
}
