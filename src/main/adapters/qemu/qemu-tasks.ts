import type { PoolTask } from '../../../shared/model/pool-task.ts'
import { isMigrating, isRevocable } from './examine-vm.ts'
import type { PlacedVm } from './qemu-inventory.ts'

/** The migrations that QEMUs are carrying out, by anybody's order: each is a task by the id of its VM. */
export const qemuTasksOf = (placed: readonly PlacedVm[]): readonly PoolTask[] =>
  placed
    .filter(({ seen }) => isMigrating(seen.state))
    .map(({ id, name, seen }) => ({
      id,
      name: 'migrate',
      subject: { operation: 'migrate', kind: 'vm' as const, id, name },
      by: null,
      migrationId: null,
      progress: 0,
      cancellable: isRevocable(seen.state) && !seen.facts.isOfLibvirt,
      state: 'running' as const,
      failure: null,
    }))
