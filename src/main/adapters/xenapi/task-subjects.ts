import type { PoolTask } from '../../../shared/model/pool-task.ts'
import { printable } from '../system/printable.ts'
import type { RecordCache } from './record-cache.ts'

export type TaskSubject = NonNullable<PoolTask['subject']>

interface Busy {
  readonly uuid: string
  readonly name_label: string
  readonly current_operations: ReadonlyMap<string, string>
}

/** What the server's tasks are doing, by their references: each object notes which tasks are at it. */
export const taskSubjects = ({ records }: RecordCache): ReadonlyMap<string, TaskSubject> => {
  const subjects = new Map<string, TaskSubject>()
  const note = (kind: TaskSubject['kind'], { uuid, name_label, current_operations }: Busy): void => {
    for (const [taskRef, operation] of current_operations)
      subjects.set(taskRef, {
        operation: printable(operation),
        kind,
        id: uuid,
        name: printable(name_label) || uuid,
      })
  }
  for (const one of records.pool.values()) note('pool', one)
  for (const one of records.host.values()) note('host', one)
  // Hosts note the moves to them as well: the VM says more.
  for (const one of records.vm.values()) note('vm', one)
  return subjects
}
