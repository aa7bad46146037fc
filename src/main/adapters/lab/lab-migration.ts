import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { PageMigration } from '../../core/simulation/page-migration.ts'
import type { MoveOperation } from './move-checks.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import type { XapiDatabase } from './xapi-database.ts'

/** Said of a move between hosts that no migration network joins. */
export const CUT = 'The migration network is cut'

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
  readonly simulation: PageMigration
  readonly linkBytesPerSecond: number
  readonly events: HostMigrationEvent[]
  advancedToMs: number
  endedAtMs: number | null
  /** By a clock that the lab's speed does not touch. */
  endedAtWallMs: number | null
}

export interface MigrationOrder {
  readonly id: string
  readonly vm: VirtualVm
  readonly destination: VirtualHost
  readonly stopRule: 'controlled' | 'xen'
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
  { vm, source, destination, taskRef }: LabMigration,
  outcome: MoveOutcome,
): readonly string[] => {
  switch (outcome) {
    case 'success':
      return []
    case 'cancelled':
      return ['TASK_CANCELLED', taskRef]
    case 'failure':
      return ['VM_MIGRATE_FAILED', vm.ref, source.ref, destination.ref, CUT]
  }
}
