import type { Forecast } from '../../shared/model/forecast.ts'
import { numberOf } from '../../shared/model/measure.ts'
import type { HostSample, VmSample } from '../../shared/model/sample.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { type CpuPoint, forecastHostCpu } from '../core/placement/forecast-host-cpu.ts'
import type { Inventory } from '../ports/hypervisor.ts'
import { runningVmsByHost, vmsById } from './inventory-index.ts'

/** A VM and what is known of it at one moment. */
export interface VmFigures {
  readonly vm: Vm
  readonly sample: VmSample
  readonly forecast: Forecast | undefined
}

/** What is known of a pool's VMs and hosts at one moment, by their ids. */
export interface Figures {
  readonly vms: ReadonlyMap<string, VmFigures>
  readonly hosts: ReadonlyMap<string, HostSample>
  /** Each host's CPU as it is forecast; empty for a host with a VM that has no forecast. */
  readonly hostCpus: ReadonlyMap<string, readonly CpuPoint[]>
  /** The VM of each host that uses most of its CPU: the one to move when the host is overloaded (S3). */
  readonly busiestVmIds: ReadonlySet<string>
}

type ById = Pick<Figures, 'vms' | 'hosts'>

/** The figures of a tick; `forecasts` has one, or undefined, for each sample of a VM. */
export const figuresOfTick = (
  inventory: Inventory,
  { vms, hosts }: { readonly vms: readonly VmSample[]; readonly hosts: readonly HostSample[] },
  forecasts: readonly (Forecast | undefined)[],
): Figures => {
  const known = vmsById(inventory)
  const byId = {
    vms: new Map<string, VmFigures>(),
    hosts: new Map(hosts.map(sample => [sample.hostId, sample])),
  }
  for (const [at, sample] of vms.entries()) {
    const vm = known.get(sample.vmId)
    if (vm) byId.vms.set(vm.id, { vm, sample, forecast: forecasts[at] })
  }
  return { ...byId, hostCpus: forecastHostCpus(inventory, byId), busiestVmIds: busiestVms(byId) }
}

const busiestVms = ({ vms }: ById): ReadonlySet<string> => {
  const busiest = new Map<string, { readonly vmId: string; readonly cores: number }>()
  for (const { vm, sample } of vms.values()) {
    if (!vm.hostId) continue
    const cores = (numberOf(sample.cpuRatio) ?? 0) * vm.vcpuCount
    const best = busiest.get(vm.hostId)
    if (!best || cores > best.cores) busiest.set(vm.hostId, { vmId: vm.id, cores })
  }
  return new Set(Array.from(busiest.values(), ({ vmId }) => vmId))
}

const cpuOf = (sample: VmSample | HostSample | undefined): number | null =>
  (sample && numberOf(sample.cpuRatio)) ?? null

const forecastHostCpus = (inventory: Inventory, { vms, hosts }: ById): Figures['hostCpus'] => {
  const running = runningVmsByHost(inventory)
  return new Map(
    inventory.hosts.map(host => {
      const itsVms = (running.get(host.id) ?? []).map(({ id, vcpuCount }) => {
        const figures = vms.get(id)
        return { vcpuCount, cpuRatio: cpuOf(figures?.sample), forecast: figures?.forecast }
      })
      return [host.id, forecastHostCpu(host.cpuCount, cpuOf(hosts.get(host.id)), itsVms)]
    }),
  )
}
