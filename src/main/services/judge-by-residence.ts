import type { Migration } from '../../shared/model/migration.ts'
import type { Vm } from '../../shared/model/vm.ts'

/** What became of a migration that its pool does not know (any more), or whose host does not answer. */
export type Verdict = 'wait' | 'not-started' | 'arrived' | 'stayed' | 'perished' | 'unknown'

interface Evidence {
  readonly migration: Migration
  /** The VM as its pool tells of it now. */
  readonly vm: Vm | undefined
  /** Whether the host is known to have taken the order. */
  readonly taken: boolean
  /** For how long the pool has not known it, ms. */
  readonly unknownForMs: number
}

/** An order that was on its way when Longshore ended may reach a slow server later, ms. A guess. */
const LATE_ORDER_MS = 5000
const MOVES: ReadonlySet<string> = new Set(['pool_migrate', 'migrate_send'])

/** Where the VM runs and whether it is being moved tells what the pool does not. */
export const judgeByResidence = ({ migration, vm, taken, unknownForMs }: Evidence): Verdict => {
  if (vm?.currentOperations.some(operation => MOVES.has(operation))) return 'wait'
  if (vm?.powerState === 'halted') return 'perished'
  if (vm?.hostId === migration.destinationHostId) return 'arrived'
  if (unknownForMs < LATE_ORDER_MS) return 'wait'
  if (vm?.hostId !== migration.sourceHostId) return 'unknown'
  return taken ? 'stayed' : 'not-started'
}
