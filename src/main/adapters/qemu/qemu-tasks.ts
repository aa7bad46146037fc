import type { PoolTask } from '../../../shared/model/pool-task.ts'
import type { Inventory } from '../../ports/hypervisor.ts'

/** The migrations that QEMUs are carrying out, by anybody's order: each is a task by the id of its VM. */
export const poolTasksOf = ({ vms }: Inventory): readonly PoolTask[] =>
  vms.flatMap(({ id, name, currentOperations }) =>
    currentOperations.map(operation => ({
      id,
      name: operation,
      subject: { operation, kind: 'vm' as const, id, name },
      by: null,
      migrationId: null,
      progress: 0,
      cancellable: true,
      state: 'running' as const,
      failure: null,
    })),
  )
