import type { Host } from '../../../shared/model/host.ts'
import type { Pool } from '../../../shared/model/pool.ts'
import type { PowerState, Vm } from '../../../shared/model/vm.ts'
import { gbitPerSecond } from '../../../shared/units.ts'
import type { Inventory } from '../../ports/hypervisor.ts'
import { immovableBecause } from './immovable-because.ts'
import { type HostNetwork, hostNetworks } from './networks.ts'
import { type HostAbilities, STOCK_XEN } from './plugin.ts'
import { poolGuardsOf } from './pool-guards.ts'
import type { RecordCache } from './record-cache.ts'
import type { HostRecord, PoolRecord, VmRecord } from './records.ts'
import { type TaskSubject, taskSubjects } from './task-subjects.ts'

/** Where no host says how fast its migration network is: the usual one. A guess. */
const ASSUMED_LINK_BYTES_PER_SECOND = gbitPerSecond(10)
/** Faster than that is no clock but a mistake. */
const MAX_TIME_SCALE = 1000

/** The inventory, and where each of its objects is on this server now: references change, uuids do not. */
export interface PoolView {
  readonly inventory: Inventory
  readonly hosts: ReadonlyMap<string, Host>
  readonly vms: ReadonlyMap<string, Vm>
  readonly hostRefs: ReadonlyMap<string, string>
  readonly vmRefs: ReadonlyMap<string, string>
  readonly idsByRef: ReadonlyMap<string, string>
  /** The release that each host runs, by its id; none where it does not say. */
  readonly releases: ReadonlyMap<string, string>
  /** What the tasks of the server are doing, and to what, by their references. */
  readonly taskSubjects: ReadonlyMap<string, TaskSubject>
  /** What each host can be reached by, by its id. */
  readonly networks: ReadonlyMap<string, readonly HostNetwork[]>
}

const powerStateOf = (text: string): PowerState => {
  const lower = text.toLowerCase()
  return lower === 'running' || lower === 'paused' || lower === 'suspended' || lower === 'halted'
    ? lower
    : 'unknown'
}

/** A label as it is; nothing where it shows nothing. */
const visible = (label: string): string => (label.trim() === '' ? '' : label)

const poolOf = (
  record: PoolRecord,
  {
    connectionId,
    masterName,
    links,
    masterHostId,
  }: {
    connectionId: string
    masterName: string
    masterHostId: string
    links: readonly number[]
  },
): Pool => {
  const announced = record.other_config.get('longshore:time-scale')
  const scale = Number(announced ?? '1')
  const remark = record.other_config.get('longshore:remark') ?? ''
  return {
    id: record.uuid,
    connectionId,
    // A host outside any pool is a pool without a name.
    name: visible(record.name_label) || masterName,
    masterHostId,
    linkBytesPerSecond: links.length === 0 ? ASSUMED_LINK_BYTES_PER_SECOND : Math.min(...links),
    isLab: announced !== undefined,
    timeScale: scale > 0 && scale <= MAX_TIME_SCALE ? scale : 1,
    remarks: remark
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== ''),
    guards: poolGuardsOf(record),
  }
}

/** A VM's memory: what it has now where it runs, else what it is configured to get. */
const memoryOf = (vm: VmRecord, actual: number): number => {
  if (vm.power_state.toLowerCase() === 'running' && actual > 0) return actual
  return vm.memory_dynamic_max > 0 ? vm.memory_dynamic_max : vm.memory_static_max
}

/** A VM is ballooned only where its dynamic range has two ends. */
const leastMemoryOf = ({ memory_dynamic_min: least, memory_dynamic_max: most }: VmRecord, bytes: number) =>
  least > 0 && least < most ? Math.min(least, bytes) : bytes

interface Context {
  readonly cache: RecordCache
  readonly poolId: string
  readonly abilities: ReadonlyMap<string, HostAbilities>
}

const hostOf = (ref: string, record: HostRecord, { cache, poolId, abilities }: Context): Host => {
  const metrics = cache.records.host_metrics.get(record.metrics)
  const cpuCount = Number(record.cpu_info.get('cpu_count') ?? '0')
  return {
    id: record.uuid,
    poolId,
    name: visible(record.name_label) || record.address || record.uuid,
    address: record.address,
    cpuCount: Number.isFinite(cpuCount) ? cpuCount : 0,
    memoryBytes: metrics?.memory_total ?? 0,
    enabled: record.enabled,
    live: metrics?.live ?? false,
    capabilities: (abilities.get(ref) ?? STOCK_XEN).capabilities,
  }
}

const vmOf = (record: VmRecord, { cache, poolId }: Context, hosts: ReadonlyMap<string, Host>): Vm => {
  const metrics = cache.records.vm_metrics.get(record.metrics)
  const host = hosts.get(cache.records.host.get(record.resident_on)?.uuid ?? '')
  const memoryBytes = memoryOf(record, metrics?.memory_actual ?? 0)
  return {
    id: record.uuid,
    poolId,
    hostId: host?.id ?? null,
    name: visible(record.name_label) || record.uuid,
    description: record.name_description,
    powerState: powerStateOf(record.power_state),
    memoryBytes,
    memoryMinBytes: leastMemoryOf(record, memoryBytes),
    vcpuCount: record.VCPUs_at_startup > 0 ? record.VCPUs_at_startup : record.VCPUs_max,
    immovableBecause: immovableBecause(record, metrics, host),
    currentOperations: [...record.current_operations.values()],
  }
}

/** What the hosts' migration networks carry: as their plugins say, else as the cards of their management networks do. */
const linksOf = (
  hostRefs: readonly string[],
  {
    abilities,
    networksByRef,
  }: Pick<Context, 'abilities'> & { readonly networksByRef: ReturnType<typeof hostNetworks> },
): readonly number[] => {
  const told = hostRefs.flatMap(ref => abilities.get(ref)?.linkBytesPerSecond ?? [])
  if (told.length > 0) return told
  const usual = hostRefs.flatMap(ref => networksByRef.get(ref)?.filter(({ management }) => management) ?? [])
  return usual.flatMap(({ linkBytesPerSecond }) => linkBytesPerSecond ?? [])
}

/** The view of a pool's records; null while the pool's own record is not known. */
export const poolViewOf = (
  cache: RecordCache,
  { connectionId, abilities }: { connectionId: string; abilities: ReadonlyMap<string, HostAbilities> },
): PoolView | null => {
  const { pool, host, vm } = cache.records
  const record = pool.values().next().value
  if (record === undefined) return null
  const master = host.get(record.master)
  const context: Context = { cache, poolId: record.uuid, abilities }

  const networksByRef = hostNetworks(cache)
  const links = linksOf([...host.keys()], { abilities, networksByRef })
  const networks = new Map<string, readonly HostNetwork[]>()
  const releases = new Map<string, string>()
  const hostRefs = new Map<string, string>()
  const vmRefs = new Map<string, string>()
  const hosts = new Map<string, Host>()
  const vms = new Map<string, Vm>()
  const idsByRef = new Map<string, string>()
  for (const [ref, one] of host) {
    hosts.set(one.uuid, hostOf(ref, one, context))
    hostRefs.set(one.uuid, ref)
    releases.set(one.uuid, one.software_version.get('platform_version') ?? '')
    networks.set(one.uuid, networksByRef.get(ref) ?? [])
    idsByRef.set(ref, one.uuid)
  }
  for (const [ref, one] of vm) {
    if (one.is_a_template || one.is_a_snapshot || one.is_control_domain) continue
    vms.set(one.uuid, vmOf(one, context, hosts))
    vmRefs.set(one.uuid, ref)
    idsByRef.set(ref, one.uuid)
  }
  return {
    inventory: {
      pool: poolOf(record, {
        connectionId,
        masterName: master?.name_label ?? '',
        masterHostId: master?.uuid ?? '',
        links,
      }),
      hosts: [...hosts.values()],
      vms: [...vms.values()],
    },
    hosts,
    vms,
    hostRefs,
    vmRefs,
    idsByRef,
    networks,
    releases,
    taskSubjects: taskSubjects(cache),
  }
}
