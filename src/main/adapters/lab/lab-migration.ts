import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { SimulatedMigration } from '../../core/simulation/simulated-migration.ts'
import type { MoveOperation } from './move-checks.ts'
import type { SharedPath } from './shared-path.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import type { XapiDatabase } from './xapi-database.ts'

/** Said of a move between hosts that no migration network joins. */
export const CUT = 'The migration network is cut'

/** A move under way: its pages, and the time to which they are due. */
export interface Transit {
  readonly simulation: SimulatedMigration
  readonly path: SharedPath
  dueMs: number
}

export type MoveOutcome = 'success' | 'cancelled' | 'failure'

export interface LabMigration {
  readonly id: string
  readonly vm: VirtualVm
  readonly source: VirtualHost
  readonly destination: VirtualHost
  readonly landing: Landing
  readonly operation: MoveOperation
  readonly taskRef: string
  readonly ownsTask: boolean
  /** Resolves when it is over. */
  readonly outcome: Promise<MoveOutcome>
  readonly settle: (outcome: MoveOutcome) => void
  readonly stopRule: MigrationOrder['stopRule']
  /** Null when it is over: then its events are all that is kept. */
  transit: Transit | null
  readonly linkBytesPerSecond: number
  readonly events: HostMigrationEvent[]
  /** Why it failed; null unless it did. */
  failure: string | null
  advancedToMs: number
  endedAtMs: number | null
  /** By a clock that the lab's speed does not touch. */
  endedAtWallMs: number | null
}

export interface MigrationOrder {
  readonly id: string
  readonly vm: VirtualVm
  readonly destination: VirtualHost
  /** `controlled`: waits after a live round for a command; `xen`: never waits, and stops by Xen's own rule. */
  readonly stopRule: 'controlled' | 'xen'
  /** Whether page requests after a switch overtake the push, or queue behind it (the default). */
  readonly pageRequests?: 'overtake' | 'queue' | undefined
  /** Missing neighbours on each side that are sent along with a requested page. */
  readonly prepagePages?: number | undefined
  /** A task of its own by that name, or one that its owner will finish. */
  readonly task: { readonly name: string; readonly subtaskOf?: string } | { readonly ref: string }
  /** What the network it goes by carries, bytes/s; the pool's own where none is chosen. */
  readonly linkBytesPerSecond?: number | undefined
  /** Another pool than the VM's, when it goes there. */
  readonly landing?: Landing
}

/** The pool that a VM arrives in. */
export interface Landing {
  readonly pool: VirtualPool
  readonly database: XapiDatabase
}

/** The error that a move which did not succeed leaves in its task. */
export const whyNot = (
  { vm, source, destination, taskRef, failure }: LabMigration,
  outcome: MoveOutcome,
): readonly string[] => {
  switch (outcome) {
    case 'success':
      return []
    case 'cancelled':
      return ['TASK_CANCELLED', taskRef]
    case 'failure':
      return ['VM_MIGRATE_FAILED', vm.ref, source.ref, destination.ref, failure ?? CUT]
  }
}
