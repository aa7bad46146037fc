import { Random } from '../../core/numeric/random.ts'
import { CONTROL_DOMAIN_BYTES, type LabConfig, type LabHostConfig } from './lab-config.ts'
import { VirtualVm } from './virtual-vm.ts'

export interface VirtualHost {
  readonly config: LabHostConfig
  readonly uuid: string
  readonly ref: string
  readonly metricsRef: string
  readonly controlDomainUuid: string
  readonly controlDomainRef: string
  /** Where it answers; all hosts share the first address where loopback has only one. */
  readonly address: string
  /** Migration bytes sent and received by the 5 s step of lab time in which they passed. */
  readonly sentByStep: Map<number, number>
  readonly receivedByStep: Map<number, number>
}

/** What the VMs of a host send and receive. */
interface VmTraffic {
  readonly sentBytesPerSecond: number
  readonly receivedBytesPerSecond: number
}

export const RRD_STEP_MS = 5000
/** The hosts have run, and their metrics been recorded, for so long when a lab starts. */
const HISTORY_MS = 600_000
/** As long as the archive of minutes. */
const TRAFFIC_STEPS_KEPT = 1440

/** The machines of the lab: what really is, while the XenAPI database is what clients are told. */
export class VirtualPool {
  readonly config: LabConfig
  readonly startedAtMs: number
  readonly poolRef: string
  readonly poolUuid: string
  readonly hosts: readonly VirtualHost[]
  /** Those that are here now: VMs come from other pools and go there. */
  vms: readonly VirtualVm[]
  readonly random: Random
  master: VirtualHost
  readonly #hostsByKey = new Map<string, VirtualHost>()
  readonly #vmsByKey = new Map<string, VirtualVm>()
  readonly #residents = new Map<string, Set<VirtualVm>>()
  readonly #moved = new Set<VirtualVm>()
  /** Memory promised to VMs on their way, bytes by host uuid. */
  readonly #reserved = new Map<string, number>()
  #trafficOfSecond = { second: Number.NaN, byHost: new Map<string, VmTraffic>() }

  constructor(plan: {
    readonly config: LabConfig
    readonly seed: number
    readonly startedAtMs: number
    readonly addresses: readonly string[]
  }) {
    const random = new Random(plan.seed)
    this.random = random
    this.config = plan.config
    this.startedAtMs = plan.startedAtMs
    this.poolUuid = uuid(random)
    this.poolRef = `OpaqueRef:${this.poolUuid}`
    this.hosts = plan.config.hosts.map((config, index) => {
      const [id, metrics, domain] = [uuid(random), uuid(random), uuid(random)]
      return {
        config,
        uuid: id,
        ref: `OpaqueRef:${id}`,
        metricsRef: `OpaqueRef:${metrics}`,
        controlDomainUuid: domain,
        controlDomainRef: `OpaqueRef:${domain}`,
        address: plan.addresses[index] ?? config.address,
        sentByStep: new Map<number, number>(),
        receivedByStep: new Map<number, number>(),
      }
    })
    const [master] = this.hosts
    if (master === undefined) throw new Error(`pool ${plan.config.poolName} has no host`)
    this.master = master
    const hostsByName = new Map(this.hosts.map(host => [host.config.name, host]))
    this.vms = plan.config.vms.map((config, index) => {
      const host = hostsByName.get(config.host)
      if (host === undefined)
        throw new Error(`VM ${config.name} is to run on ${config.host}, which is no host`)
      return new VirtualVm({
        config,
        lab: plan.config,
        uuids: [uuid(random), uuid(random)],
        hostUuid: host.uuid,
        seed: plan.seed * 1000 + index,
        startedAtMs: plan.startedAtMs,
      })
    })
    for (const host of this.hosts) {
      for (const key of [host.uuid, host.ref]) this.#hostsByKey.set(key, host)
      this.#residents.set(host.uuid, new Set())
    }
    for (const vm of this.vms) {
      for (const key of [vm.uuid, vm.ref]) this.#vmsByKey.set(key, vm)
      this.#residents.get(vm.hostUuid)?.add(vm)
    }
  }

  /** Since when there are metrics, ms since the epoch. */
  get recordedSinceMs(): number {
    return this.startedAtMs - HISTORY_MS
  }

  elapsedMs(nowMs: number): number {
    return nowMs - this.startedAtMs
  }

  newUuid(): string {
    return uuid(this.random)
  }

  host(uuid: string): VirtualHost | undefined {
    return this.#hostsByKey.get(uuid)
  }

  hostByRef(ref: string): VirtualHost | undefined {
    return this.#hostsByKey.get(ref)
  }

  vm(uuid: string): VirtualVm | undefined {
    return this.#vmsByKey.get(uuid)
  }

  vmByRef(ref: string): VirtualVm | undefined {
    return this.#vmsByKey.get(ref)
  }

  residents(hostUuid: string): readonly VirtualVm[] {
    return [...(this.#residents.get(hostUuid) ?? [])]
  }

  /** The VMs that ran on a host at a time, whether or not they still do. */
  residentsAt(hostUuid: string, ms: number): readonly VirtualVm[] {
    const stayed = this.residents(hostUuid).filter(vm => !this.#moved.has(vm))
    return [...stayed, ...[...this.#moved].filter(vm => vm.hostUuidAt(ms) === hostUuid)]
  }

  /** Lets a VM run on another host from a time on. */
  move(vm: VirtualVm, to: VirtualHost, atMs: number): void {
    this.#residents.get(vm.hostUuid)?.delete(vm)
    this.#residents.get(to.uuid)?.add(vm)
    this.#moved.add(vm)
    vm.residences.push({ sinceMs: atMs, hostUuid: to.uuid })
  }

  /** Lets a VM run nowhere from a time on. */
  halt(vm: VirtualVm, atMs: number): void {
    this.#residents.get(vm.hostUuid)?.delete(vm)
    this.#moved.add(vm)
    vm.residences.push({ sinceMs: atMs, hostUuid: '' })
  }

  /** Takes in a VM of another pool. */
  adopt(vm: VirtualVm, host: VirtualHost, atMs: number): void {
    this.vms = [...this.vms, vm]
    for (const key of [vm.uuid, vm.ref]) this.#vmsByKey.set(key, vm)
    this.move(vm, host, atMs)
  }

  /** Lets a VM go to another pool. */
  dismiss(vm: VirtualVm): void {
    this.vms = this.vms.filter(other => other !== vm)
    for (const key of [vm.uuid, vm.ref]) this.#vmsByKey.delete(key)
    this.#residents.get(vm.hostUuid)?.delete(vm)
    this.#moved.delete(vm)
  }

  freeBytes(host: VirtualHost): number {
    const used = this.residents(host.uuid).reduce((sum, vm) => sum + vm.config.memoryBytes, 0)
    const reserved = this.#reserved.get(host.uuid) ?? 0
    return host.config.memoryBytes - CONTROL_DOMAIN_BYTES - used - reserved
  }

  reserve(host: VirtualHost, bytes: number): void {
    this.#reserved.set(host.uuid, (this.#reserved.get(host.uuid) ?? 0) + bytes)
  }

  release(host: VirtualHost, bytes: number): void {
    this.reserve(host, -bytes)
  }

  /** What the VMs of a host send and receive in the second of a time. */
  vmTraffic(host: VirtualHost, nowMs: number): VmTraffic {
    const second = Math.floor(this.elapsedMs(nowMs) / 1000)
    if (this.#trafficOfSecond.second !== second) this.#trafficOfSecond = { second, byHost: new Map() }
    const { byHost } = this.#trafficOfSecond
    const known = byHost.get(host.uuid)
    if (known !== undefined) return known
    let [sentBytesPerSecond, receivedBytesPerSecond] = [0, 0]
    for (const vm of this.residents(host.uuid)) {
      const activity = vm.workload(1000 * second)
      sentBytesPerSecond += activity.networkSentBytesPerSecond
      receivedBytesPerSecond += activity.networkReceivedBytesPerSecond
    }
    const traffic = { sentBytesPerSecond, receivedBytesPerSecond }
    byHost.set(host.uuid, traffic)
    return traffic
  }

  /** Books migration bytes that left one host for another at a time. */
  bookTraffic(from: VirtualHost, to: VirtualHost, at: { readonly ms: number; readonly bytes: number }): void {
    const step = Math.ceil(at.ms / RRD_STEP_MS)
    for (const steps of [from.sentByStep, to.receivedByStep]) {
      steps.set(step, (steps.get(step) ?? 0) + at.bytes)
      for (const old of steps.keys()) {
        if (old >= step - TRAFFIC_STEPS_KEPT) break
        steps.delete(old)
      }
    }
  }
}

const uuid = (random: Random): string => {
  const hex = Array.from({ length: 4 }, () => (random.bits() >>> 0).toString(16).padStart(8, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}
