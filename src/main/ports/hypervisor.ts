import type { DestinationCheck } from '../../shared/model/destination-check.ts'
import type { Host } from '../../shared/model/host.ts'
import type { MigrationCommand } from '../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../shared/model/migration-event.ts'
import type { Pool } from '../../shared/model/pool.ts'
import type { Lease } from '../../shared/model/pool-guards.ts'
import type { PoolTask } from '../../shared/model/pool-task.ts'
import type { HostSample, VmSample } from '../../shared/model/sample.ts'
import type { Vm } from '../../shared/model/vm.ts'

export interface Inventory {
  readonly pool: Pool
  readonly hosts: readonly Host[]
  /** Real VMs only: no templates, snapshots or control domains. */
  readonly vms: readonly Vm[]
}

/** The latest figures of every host and running VM; dirty rates are read apart, at their own cadence. */
export interface MetricsReading {
  /** Pool time of the reading, ms since the epoch; what was measured earlier says so by its age. */
  readonly atMs: number
  readonly vms: readonly VmSample[]
  readonly hosts: readonly HostSample[]
}

export interface DirtyRateReading {
  /** Unique pages dirtied in the window. */
  readonly pages: number
  readonly windowMs: number
  /** Pool time at the window's end, ms since the epoch. */
  readonly atMs: number
}

/** Write figures by region of guest memory, in address order. Arrays have one entry per region. */
export interface PageHeatReading {
  readonly atMs: number
  readonly regionPages: number
  readonly totalPages: number
  /** Writes per page and second. */
  readonly frequency: Float32Array
  /** 0..1: how much of the neighbourhood (the region and its two neighbours) is written as well. */
  readonly locality: Float32Array
  /** 0..1: 1 written just now, falling to 0 for never. */
  readonly recency: Float32Array
}

/** What is to move where. `id` is ours. */
export interface MigrationOrder {
  readonly id: string
  readonly vmId: string
  readonly destinationHostId: string
  /** The pool takes its own where none is named. */
  readonly networkId?: string
  /** Page requests after a switch overtake the push where the host can do that; else they queue behind it. */
  readonly pageRequests?: 'overtake' | 'queue'
  /** Missing neighbours on each side that are sent along with a requested page, where the host can do that. */
  readonly prepagePages?: number
}

/**
 * One connection to hypervisors: a pool over XenAPI, QEMU hosts over QMP. All times are pool time. Every method
 * throws a Failure (or an AbortError when `signal` aborts). What a host cannot do is in its `capabilities`;
 * asking for it all the same throws `unsupported`.
 */
export interface Hypervisor {
  /** The inventory now and whenever it changed; conflated. Ends by throwing when the connection is lost. */
  watchInventory(signal: AbortSignal): AsyncIterable<Inventory>
  readMetrics(signal: AbortSignal): Promise<MetricsReading>
  /** Blocks for the window. Never to be called while the VM has an operation running. */
  readDirtyRate(vmId: string, windowMs: number, signal: AbortSignal): Promise<DirtyRateReading>
  readPageHeat(vmId: string, maxRegions: number, signal: AbortSignal): Promise<PageHeatReading>
  /** Ids of the hosts that the server itself would accept the VM on, its present one left out. */
  listDestinations(vmId: string, signal: AbortSignal): Promise<readonly string[]>
  /** The server's word on every other host of the VM's pool. */
  checkDestinations(vmId: string, signal: AbortSignal): Promise<readonly DestinationCheck[]>
  /**
   * Starts moving a VM and resolves as soon as the server has taken the order. Its id makes the order idempotent: a
   * second start with the same id finds the first. A cancel may come before: an order that can still be taken back throws an
   * AbortError then, another is cancelled as soon as it is taken.
   */
  startMigration(order: MigrationOrder, signal: AbortSignal): Promise<void>
  /** Everything reported since `afterSequence`, in order, without gaps or repeats, until the migration ends. */
  watchMigration(id: string, afterSequence: number, signal: AbortSignal): AsyncIterable<HostMigrationEvent>
  /** Throws `conflict` when it comes too late; what cannot be done any more is not needed any more for `continue`. */
  controlMigration(id: string, command: MigrationCommand, signal: AbortSignal): Promise<void>
  /** What the pool is doing by anybody's order, now and whenever it changed, with what has just ended. Bounded. */
  watchTasks(signal: AbortSignal): AsyncIterable<readonly PoolTask[]>
  /** Throws `conflict` when the pool does not allow it. */
  cancelTask(taskId: string, signal: AbortSignal): Promise<void>
  /**
   * Puts our lease in the place of the present one (null: of none, or away). False when somebody else was faster; who
   * holds it in the end is what the inventory says.
   */
  replaceLease(present: Lease | null, next: Lease | null, signal: AbortSignal): Promise<boolean>
  /** Logs out and frees everything; never throws. */
  close(): Promise<void>
}
