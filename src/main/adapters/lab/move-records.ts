import { diskRef, storageOf, vmDeviceRefs, vmDevices } from './device-records.ts'
import type { LabMigration, Landing } from './lab-migration.ts'
import { postMessage } from './messages.ts'
import type { VirtualHost } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import { domidOf, idleOperationsOf } from './vm-records.ts'
import { xapiDate } from './wire-value.ts'
import type { XapiDatabase } from './xapi-database.ts'
import { NULL_REF } from './xapi-error.ts'
import { isMap } from './xapi-method.ts'
import { fabricOf, residentRefs } from './xapi-records.ts'

/** Tells the clients of both ends that a move has begun. */
export const beginMove = (
  { vm, source, destination, taskRef, operation, landing }: LabMigration,
  from: Landing,
): void => {
  const current_operations = { [taskRef]: operation }
  from.database.change('VM', vm.ref, { current_operations, allowed_operations: [] })
  addOperation(landing.database, destination.ref, [taskRef, 'vm_migrate'])
  tellHosts(from, [source])
  tellHosts(landing, [destination])
}

/** Tells the clients of both ends that a move is over, wherever the VM is now. */
export const endMove = ({ vm, source, destination, taskRef, landing }: LabMigration, from: Landing): void => {
  const home = landing.pool.vm(vm.uuid) === vm ? landing : from
  const resident_on = home.pool.host(vm.hostUuid)?.ref ?? NULL_REF
  home.database.change('VM', vm.ref, { current_operations: {}, resident_on })
  const allowed_operations = idleOperationsOf(home.database.get('VM', vm.ref))
  home.database.change('VM', vm.ref, { allowed_operations })
  removeOperation(landing.database, destination.ref, taskRef)
  tellHosts(from, [source])
  tellHosts(landing, [destination])
}

/** Tells the clients of its pool that a VM was lost with a host; its memory is free there. */
export const perish = (
  vm: VirtualVm,
  host: VirtualHost,
  { pool, database }: Landing,
  nowMs: number,
): void => {
  pool.halt(vm, nowMs)
  database.change('VM', vm.ref, {
    power_state: 'Halted',
    resident_on: NULL_REF,
    domid: -1,
    allowed_operations: [],
  })
  tellHosts({ pool, database }, [host])
}

/** Starts a VM that runs nowhere on a host, and tells the clients of its pool. */
export const settle = (
  vm: VirtualVm,
  host: VirtualHost,
  { pool, database }: Landing,
  nowMs: number,
): void => {
  pool.move(vm, host, nowMs)
  database.change('VM_metrics', vm.metricsRef, { start_time: xapiDate(nowMs) })
  database.change('VM', vm.ref, {
    power_state: 'Running',
    resident_on: host.ref,
    domid: domidOf(pool, vm),
    allowed_operations: idleOperationsOf(database.get('VM', vm.ref)),
  })
  tellHosts({ pool, database }, [host])
}

/** Lets a VM be where it was going, in its own pool or in another, and tells the operators. */
export const arrive = ({ vm, source, destination, landing }: LabMigration, from: Landing, nowMs: number) => {
  if (landing.pool === from.pool) {
    from.pool.move(vm, destination, nowMs)
    moveDisk(vm, from.database)
  } else changePool(vm, { from, to: landing, destination, nowMs })
  const body = `VM '${vm.config.name}' migrated from host '${source.config.name}' to host '${destination.config.name}'`
  const message = { name: 'VM_MIGRATED', priority: 5, cls: 'VM', objUuid: vm.uuid, body }
  postMessage(landing.database, message, nowMs)
}

/** A disk that lies on its VM's host lies on the new one now. */
const moveDisk = (vm: VirtualVm, database: XapiDatabase): void => {
  const disk = diskRef(vm)
  const before = String(database.get('VDI', disk).SR)
  const after = storageOf(vm, fabricOf(database))
  if (before === after) return
  database.change('VDI', disk, { SR: after })
  for (const storage of [before, after]) {
    const others = listOf(database.get('SR', storage).VDIs).filter(ref => ref !== disk)
    database.change('SR', storage, { VDIs: storage === after ? [...others, disk] : others })
  }
}

const listOf = (refs: unknown): readonly unknown[] => (Array.isArray(refs) ? refs : [])

const changePool = (
  vm: VirtualVm,
  way: {
    readonly from: Landing
    readonly to: Landing
    readonly destination: VirtualHost
    readonly nowMs: number
  },
): void => {
  const { from, to } = way
  const record = from.database.get('VM', vm.ref)
  const metrics = from.database.get('VM_metrics', vm.metricsRef)
  const devices = vmDevices(from.pool, vm, fabricOf(from.database))
  for (const { className, ref } of devices) from.database.remove(className, ref)
  from.database.remove('VM_metrics', vm.metricsRef)
  from.database.remove('VM', vm.ref)
  from.pool.dismiss(vm)
  to.pool.adopt(vm, way.destination, way.nowMs)
  for (const device of vmDevices(to.pool, vm, fabricOf(to.database)))
    to.database.insert(device.className, device.ref, device.record)
  to.database.insert('VM_metrics', vm.metricsRef, metrics)
  to.database.insert('VM', vm.ref, { ...record, ...vmDeviceRefs(vm), resident_on: way.destination.ref })
}

/** Tells what runs on hosts, and how much memory they have left. */
export const tellHosts = ({ pool, database }: Landing, hosts: readonly VirtualHost[]): void => {
  for (const host of hosts) {
    database.change('host', host.ref, { resident_VMs: residentRefs(pool, host) })
    database.change('host_metrics', host.metricsRef, { memory_free: pool.freeBytes(host) })
  }
}

/** Notes that a task does something to a host. */
export const addOperation = (
  database: XapiDatabase,
  hostRef: string,
  [taskRef, operation]: readonly [string, string],
): void =>
  database.change('host', hostRef, {
    current_operations: { ...operationsOf(database, hostRef), [taskRef]: operation },
  })

export const removeOperation = (database: XapiDatabase, hostRef: string, taskRef: string): void => {
  const kept = Object.entries(operationsOf(database, hostRef)).filter(([ref]) => ref !== taskRef)
  database.change('host', hostRef, { current_operations: Object.fromEntries(kept) })
}

const operationsOf = (database: XapiDatabase, hostRef: string): Readonly<Record<string, unknown>> => {
  const operations = database.find('host', hostRef)?.current_operations
  return isMap(operations) ? operations : {}
}
