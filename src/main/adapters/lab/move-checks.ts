import { LOCAL_STORAGE, refOf } from './device-records.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import type { XapiDatabase } from './xapi-database.ts'
import { XapiError } from './xapi-error.ts'
import { isMap } from './xapi-method.ts'

export type MoveOperation = 'pool_migrate' | 'migrate_send'

/** Throws what stands against moving a VM at all: its operators, or an operation under way. */
export const assertMayMove = (database: XapiDatabase, vm: VirtualVm, operation: MoveOperation): void => {
  const { blocked_operations: blocked, current_operations: current } = database.get('VM', vm.ref)
  if (isMap(blocked) && Object.hasOwn(blocked, operation))
    throw new XapiError('OPERATION_BLOCKED', vm.ref, String(blocked[operation]))
  const [running] = isMap(current) ? Object.entries(current) : []
  if (running !== undefined)
    throw new XapiError('OTHER_OPERATION_IN_PROGRESS', 'VM', vm.ref, String(running[1]), running[0])
  if (vm.migrating) throw new XapiError('OTHER_OPERATION_IN_PROGRESS', 'VM', vm.ref)
}

/** Throws what stands against a VM arriving on a host: a host out of service, or too little memory. */
export const assertRoom = (
  at: { readonly pool: VirtualPool; readonly database: XapiDatabase },
  vm: VirtualVm,
  host: VirtualHost,
): void => {
  if (at.database.get('host', host.ref).enabled !== true) throw new XapiError('HOST_DISABLED', host.ref)
  if (at.database.get('host_metrics', host.metricsRef).live !== true) throw new XapiError('HOST_NOT_LIVE')
  const [needed, free] = [vm.config.memoryBytes, at.pool.freeBytes(host)]
  if (needed > free) throw new XapiError('HOST_NOT_ENOUGH_FREE_MEMORY', String(needed), String(free))
}

/** Throws what stands against a VM running on a host that is not given its disk too. */
export const assertSeesStorage = (vm: VirtualVm, host: VirtualHost): void => {
  if (vm.config.localDiskBytes !== undefined && vm.lastHostUuid !== host.uuid)
    throw new XapiError('VM_REQUIRES_SR', vm.ref, refOf(vm.lastHostUuid, LOCAL_STORAGE))
}

/** Whether a VM may run on a host, where it may be already. */
export const mayRunOn = (
  at: { readonly pool: VirtualPool; readonly database: XapiDatabase },
  vm: VirtualVm,
  host: VirtualHost,
): boolean => {
  if (vm.hostUuid === host.uuid) return true
  try {
    assertSeesStorage(vm, host)
    assertRoom(at, vm, host)
    return true
  } catch {
    return false
  }
}
