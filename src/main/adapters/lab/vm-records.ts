import { type DeviceOwner, vmDeviceRefs } from './device-records.ts'
import { CONTROL_DOMAIN_BYTES } from './lab-config.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { VirtualVm } from './virtual-vm.ts'
import { NEVER, xapiDate } from './wire-value.ts'
import type { XapiRecord } from './xapi-database.ts'
import { NULL_REF } from './xapi-error.ts'

/** What a running VM without an operation may be asked to do, but for what its operators blocked. */
export const idleOperationsOf = ({ blocked_operations: blocked }: XapiRecord): readonly string[] =>
  ['pool_migrate', 'migrate_send'].filter(
    operation => typeof blocked !== 'object' || blocked === null || !Object.hasOwn(blocked, operation),
  )

/** The number of a running VM's domain. */
export const domidOf = (pool: VirtualPool, vm: VirtualVm): number => 1 + pool.vms.indexOf(vm)

export const vmRecord = (pool: VirtualPool, vm: VirtualVm): XapiRecord => ({
  ...anyVm(vm.uuid, vm.config.memoryBytes, vm.config.vcpuCount),
  name_label: vm.config.name,
  name_description: vm.config.description,
  allowed_operations: idleOperationsOf({}),
  ...vmDeviceRefs(vm),
  power_state: 'Running',
  resident_on: pool.host(vm.hostUuid)?.ref ?? NULL_REF,
  domid: domidOf(pool, vm),
  metrics: vm.metricsRef,
})

export const controlDomainRecord = (host: VirtualHost): XapiRecord => ({
  ...anyVm(host.controlDomainUuid, CONTROL_DOMAIN_BYTES, 4),
  name_label: `Control domain on host: ${host.config.name}`,
  is_control_domain: true,
  power_state: 'Running',
  resident_on: host.ref,
  domid: 0,
  domain_type: 'pv',
})

export const templateRecord = (uuid: string): XapiRecord => ({
  ...anyVm(uuid, 2 * 1024 ** 3, 2),
  name_label: 'Debian Bookworm 12',
  is_a_template: true,
  is_default_template: true,
  allowed_operations: ['clone', 'provision'],
})

export const vmMetricsRecord = (pool: VirtualPool, vm: DeviceOwner): XapiRecord => ({
  uuid: vm.metricsRef.slice('OpaqueRef:'.length),
  memory_actual: vm.config.memoryBytes,
  VCPUs_number: vm.config.vcpuCount,
  VCPUs_utilisation: {},
  VCPUs_CPU: {},
  VCPUs_params: {},
  VCPUs_flags: {},
  state: [],
  start_time: xapiDate(pool.recordedSinceMs),
  install_time: xapiDate(pool.recordedSinceMs),
  last_updated: xapiDate(pool.startedAtMs),
  other_config: {},
  hvm: true,
  nested_virt: false,
  nomigrate: false,
  current_domain_type: 'hvm',
})

const anyVm = (uuid: string, memoryBytes: number, vcpuCount: number) => ({
  uuid,
  allowed_operations: [] as readonly string[],
  current_operations: {},
  name_description: '',
  power_state: 'Halted',
  user_version: 1,
  is_a_template: false,
  is_default_template: false,
  is_a_snapshot: false,
  is_control_domain: false,
  resident_on: NULL_REF,
  scheduled_to_be_resident_on: NULL_REF,
  affinity: NULL_REF,
  memory_overhead: 0,
  memory_target: memoryBytes,
  memory_static_max: memoryBytes,
  memory_dynamic_max: memoryBytes,
  memory_dynamic_min: memoryBytes,
  memory_static_min: memoryBytes,
  VCPUs_params: {},
  VCPUs_max: vcpuCount,
  VCPUs_at_startup: vcpuCount,
  actions_after_shutdown: 'destroy',
  actions_after_reboot: 'restart',
  actions_after_crash: 'restart',
  consoles: [],
  VIFs: [],
  VBDs: [],
  VUSBs: [],
  VTPMs: [],
  VGPUs: [],
  attached_PCIs: [],
  HVM_boot_policy: 'BIOS order',
  HVM_boot_params: {},
  HVM_shadow_multiplier: 1,
  platform: {},
  other_config: {},
  domid: -1,
  domarch: '',
  domain_type: 'hvm',
  last_boot_CPU_flags: {},
  metrics: NULL_REF,
  guest_metrics: NULL_REF,
  xenstore_data: {},
  ha_restart_priority: '',
  snapshots: [],
  snapshot_of: NULL_REF,
  snapshot_time: NEVER,
  parent: NULL_REF,
  children: [],
  tags: [],
  blocked_operations: {},
  appliance: NULL_REF,
  start_delay: 0,
  shutdown_delay: 0,
  order: 0,
  hardware_platform_version: 0,
  has_vendor_device: false,
  requires_reboot: false,
  NVRAM: {},
  pending_guidances: [],
  groups: [],
})
