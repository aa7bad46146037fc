import {
  diskRef,
  LOCAL_STORAGE,
  networkCardRef,
  type PoolFabric,
  partUuid,
  refOf,
  storageOf,
  vmDevices,
  type XapiObject,
} from './device-records.ts'
import { hostDeviceRefs, hostDevices } from './host-devices.ts'
import { type LabNetwork, labNetworks } from './lab-networks.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import { controlDomainRecord, templateRecord, vmMetricsRecord, vmRecord } from './vm-records.ts'
import { xapiDate } from './wire-value.ts'
import type { XapiDatabase, XapiRecord } from './xapi-database.ts'
import { NULL_REF } from './xapi-error.ts'

export const classNames = [
  'pool',
  'host',
  'host_metrics',
  'VM',
  'VM_metrics',
  'task',
  'network',
  'SR',
  'VM_guest_metrics',
  'VIF',
  'VBD',
  'VDI',
  'PBD',
  'PIF',
  'PIF_metrics',
  'host_cpu',
  'message',
  'Certificate',
] as const

const liveHostOperations = ['vm_migrate', 'evacuate'] as const

/** Writes the whole pool into an empty database. */
export const fillDatabase = (database: XapiDatabase, pool: VirtualPool): void => {
  const [networkUuid, srUuid, templateUuid] = [pool.newUuid(), pool.newUuid(), pool.newUuid()]
  const fabric: PoolFabric = {
    networkRefs: labNetworks.map((_, index) => `OpaqueRef:${partUuid(networkUuid, index)}`),
    storageRef: `OpaqueRef:${srUuid}`,
  }
  const insert = ({ className, ref, record }: XapiObject) => database.insert(className, ref, record)
  const devicesOf = (vm: VirtualVm) => vmDevices(pool, vm, fabric)
  const { hosts, vms } = pool
  const disksOn = (ref: string) => vms.filter(vm => storageOf(vm, fabric) === ref).map(diskRef)
  for (const [index, network] of labNetworks.entries())
    database.insert('network', fabric.networkRefs[index] ?? NULL_REF, {
      ...networkRecord(network, partUuid(networkUuid, index)),
      VIFs: index === 0 ? vms.map(networkCardRef) : [],
      PIFs: hosts.flatMap(host => hostDeviceRefs(host).PIFs[index] ?? []),
    })
  database.insert('SR', fabric.storageRef, {
    ...storageRecord(srUuid, { name_label: 'Shared storage', type: 'nfs', shared: true }),
    VDIs: disksOn(fabric.storageRef),
    PBDs: hosts.flatMap(host => hostDeviceRefs(host).PBDs[0] ?? []),
  })
  for (const host of hosts) {
    const ref = refOf(host.uuid, LOCAL_STORAGE)
    const kind = { name_label: `Local storage of ${host.config.name}`, type: 'ext', shared: false }
    database.insert('SR', ref, {
      ...storageRecord(partUuid(host.uuid, LOCAL_STORAGE), kind),
      VDIs: disksOn(ref),
      PBDs: hostDeviceRefs(host).PBDs.slice(1),
    })
  }
  database.insert('pool', pool.poolRef, poolRecord(pool, `OpaqueRef:${srUuid}`))
  for (const host of pool.hosts) {
    database.insert('host', host.ref, hostRecord(pool, host))
    database.insert('host_metrics', host.metricsRef, hostMetricsRecord(pool, host))
    database.insert('VM', host.controlDomainRef, controlDomainRecord(host))
    for (const device of hostDevices(pool, host, fabric)) insert(device)
  }
  for (const vm of pool.vms) {
    database.insert('VM', vm.ref, vmRecord(pool, vm))
    database.insert('VM_metrics', vm.metricsRef, vmMetricsRecord(pool, vm))
    for (const device of devicesOf(vm)) insert(device)
  }
  database.insert('VM', `OpaqueRef:${templateUuid}`, templateRecord(templateUuid))
}

const poolRecord = (pool: VirtualPool, storageRef: string): XapiRecord => ({
  uuid: pool.poolUuid,
  name_label: pool.config.poolName,
  name_description: 'A virtual pool inside Longshore',
  master: pool.master.ref,
  default_SR: storageRef,
  suspend_image_SR: storageRef,
  crash_dump_SR: storageRef,
  other_config: {
    'longshore:time-scale': '1',
    'longshore:remark': pool.config.remark,
    'longshore:link-bytes-per-second': pool.config.linkBytesPerSecond.toString(),
  },
  ha_enabled: false,
  ha_host_failures_to_tolerate: 0,
  ha_plan_exists_for: 0,
  ha_allow_overcommit: false,
  ha_overcommitted: false,
  ha_configuration: {},
  ha_statefiles: [],
  tags: [],
  wlb_url: '',
  wlb_username: '',
  wlb_enabled: false,
  wlb_verify_cert: false,
  restrictions: {},
  cpu_info: { cpu_count: String(pool.hosts.reduce((sum, { config }) => sum + config.cpuCount, 0)) },
  policy_no_vendor_device: false,
  live_patching_disabled: false,
  tls_verification_enabled: false,
  migration_compression: false,
  coordinator_bias: true,
  allowed_operations: [],
  current_operations: {},
})

const hostRecord = (pool: VirtualPool, host: VirtualHost): XapiRecord => ({
  uuid: host.uuid,
  name_label: host.config.name,
  name_description: 'A virtual host inside Longshore',
  memory_overhead: 0,
  allowed_operations: [...liveHostOperations],
  current_operations: {},
  API_version_major: 2,
  API_version_minor: 21,
  API_version_vendor: 'XenSource',
  enabled: true,
  software_version: {
    product_version: '8.4.0',
    product_brand: 'XenServer',
    platform_version: '3.4.0',
    xapi: '26.1',
    xen: '4.17',
    build_number: 'longshore-lab',
  },
  other_config: {},
  capabilities: [],
  cpu_configuration: {},
  resident_VMs: residentRefs(pool, host),
  ...hostDeviceRefs(host),
  cpu_info: {
    cpu_count: String(host.config.cpuCount),
    socket_count: '2',
    vendor: 'GenuineIntel',
    speed: '2600',
  },
  hostname: host.config.name,
  address: host.address,
  metrics: host.metricsRef,
  license_params: {},
  edition: 'premium',
  bios_strings: {},
  power_on_mode: '',
  chipset_info: { iommu: 'true' },
  PGPUs: [],
  control_domain: host.controlDomainRef,
  features: [],
  tags: [],
  iscsi_iqn: '',
  multipathing: false,
  certificates: [],
  updates_requiring_reboot: [],
  pending_guidances: [],
})

/** References of the VMs on a host, its control domain first. */
export const residentRefs = (pool: VirtualPool, host: VirtualHost): readonly string[] => [
  host.controlDomainRef,
  ...pool.residents(host.uuid).map(vm => vm.ref),
]

const hostMetricsRecord = (pool: VirtualPool, host: VirtualHost): XapiRecord => ({
  uuid: host.metricsRef.slice('OpaqueRef:'.length),
  memory_total: host.config.memoryBytes,
  memory_free: pool.freeBytes(host),
  live: true,
  last_updated: xapiDate(pool.startedAtMs),
  other_config: {},
})

const networkRecord = ({ name, bridge }: LabNetwork, uuid: string): XapiRecord => ({
  uuid,
  name_label: name,
  name_description: '',
  allowed_operations: [],
  current_operations: {},
  VIFs: [],
  PIFs: [],
  MTU: 9000,
  other_config: {},
  bridge,
  managed: true,
  blobs: {},
  tags: [],
  default_locking_mode: 'unlocked',
  purpose: [],
})

const storageRecord = (uuid: string, kind: XapiRecord): XapiRecord => ({
  uuid,
  ...kind,
  name_description: '',
  allowed_operations: [],
  current_operations: {},
  VDIs: [],
  PBDs: [],
  virtual_allocation: 0,
  physical_utilisation: 0,
  physical_size: 4 * 1024 ** 4,
  content_type: 'user',
  other_config: {},
  tags: [],
  sm_config: {},
  blobs: {},
  local_cache_enabled: false,
  introduced_by: NULL_REF,
  clustered: false,
  is_tools_sr: false,
})

/** What the VMs and hosts of a filled database plug into. */
export const fabricOf = (database: XapiDatabase): PoolFabric => ({
  networkRefs: database.refs('network'),
  storageRef: database.refs('SR')[0] ?? NULL_REF,
})
