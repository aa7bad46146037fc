import { type LabMigration, whyNot } from './lab-migration.ts'
import { assertMayMove, mayRunOn } from './move-checks.ts'
import { addOperation, removeOperation } from './move-records.ts'
import type { VirtualHost } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import { XapiError } from './xapi-error.ts'
import type { XapiParts } from './xapi-method.ts'

/** VMs that move at once where the caller does not say (xapi.conf evacuation-batch-size). */
const USUAL_BATCH = 10

/** VMs that keep a host from being emptied, with the error of each. */
export const preventing = (
  parts: XapiParts,
  host: VirtualHost,
): ReadonlyMap<VirtualVm, readonly string[]> => {
  const others = parts.pool.hosts.filter(other => other !== host)
  const found = new Map<VirtualVm, readonly string[]>()
  for (const vm of parts.pool.residents(host.uuid)) {
    const why =
      blocking(parts, vm) ??
      (others.some(other => mayRunOn(parts, vm, other)) ? null : ['NO_HOSTS_AVAILABLE'])
    if (why !== null) found.set(vm, why)
  }
  return found
}

const blocking = (parts: XapiParts, vm: VirtualVm): readonly string[] | null => {
  try {
    assertMayMove(parts.database, vm, 'pool_migrate')
    return null
  } catch (error) {
    if (error instanceof XapiError) return [error.code, ...error.parameters]
    throw error
  }
}

/** Throws CANNOT_EVACUATE_HOST with every reason. */
export const assertCanEvacuate = (parts: XapiParts, host: VirtualHost): void => {
  const reasons = [...preventing(parts, host)].map(([vm, [code, ...told]]) =>
    [code, ...(told.length === 0 ? [vm.ref] : told)].join(','),
  )
  if (reasons.length > 0) throw new XapiError('CANNOT_EVACUATE_HOST', reasons.join('|'))
}

/**
 * Moves every VM off a host, each to the emptiest other one, `batch` at a time: as one ends the next begins. Progress is
 * what has ended over all. The first failure fails the whole, once what runs has ended.
 */
export const evacuate = async (
  parts: XapiParts,
  host: VirtualHost,
  order: { readonly taskRef: string; readonly batch: number },
): Promise<void> => {
  const { taskRef } = order
  assertCanEvacuate(parts, host)
  const waiting = [...parts.pool.residents(host.uuid)]
  const count = waiting.length
  const running = new Set<LabMigration>()
  let stopped: XapiError | null = null
  let over = 0
  addOperation(parts.database, host.ref, [taskRef, 'evacuate'])
  parts.tasks.allowCancel(taskRef, () => {
    stopped ??= new XapiError('TASK_CANCELLED', taskRef)
    for (const { taskRef: one } of running) parts.tasks.cancelIfAllowed(one)
  })
  const drain = async (): Promise<void> => {
    for (let vm = waiting.shift(); vm !== undefined && stopped === null; vm = waiting.shift()) {
      try {
        const migration = startOne(parts, vm, taskRef)
        running.add(migration)
        const outcome = await migration.outcome
        running.delete(migration)
        const [code, ...params] = whyNot(migration, outcome)
        if (code !== undefined) stopped ??= new XapiError(code, ...params)
        else parts.tasks.progress(taskRef, ++over / count)
      } catch (error) {
        if (!(error instanceof XapiError)) throw error
        stopped ??= error
      }
    }
  }
  const batch = order.batch > 0 ? order.batch : USUAL_BATCH
  await Promise.all(Array.from({ length: Math.min(batch, count) }, drain))
  removeOperation(parts.database, host.ref, taskRef)
  if (stopped !== null) throw stopped
}

const startOne = (parts: XapiParts, vm: VirtualVm, taskRef: string): LabMigration => {
  const { pool } = parts
  const [destination] = pool.hosts
    .filter(other => other.uuid !== vm.hostUuid && mayRunOn(parts, vm, other))
    .sort((a, b) => pool.freeBytes(b) - pool.freeBytes(a))
  if (destination === undefined) throw new XapiError('NO_HOSTS_AVAILABLE')
  const task = { name: 'VM.pool_migrate', subtaskOf: taskRef }
  return parts.desk.start({ id: `${taskRef}-${vm.uuid}`, vm, destination, stopRule: 'xen', task })
}
