import type { Forecast } from '../../shared/model/forecast.ts'
import { numberOf } from '../../shared/model/measure.ts'
import type { HostSample, VmSample } from '../../shared/model/sample.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { type CpuPoint, forecastHostCpu } from '../core/placement/forecast-host-cpu.ts'
import type { Inventory } from '../ports/hypervisor.ts'
import { runningVmCounts, vmsById } from './inventory-index.ts'

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

/** The figures of a tick; `forecasts` has one, or undefined, for each sample of a VM. */
export const figuresOfTick = (
  inventory: Inventory,
  { vms, hosts }: { readonly vms: readonly VmSample[]; readonly hosts: readonly HostSample[] },
  forecasts: readonly (Forecast | undefined)[],
): Figures => {
  const known = vmsById(inventory)
  const byId = new Map<string, VmFigures>()
  const byHost = new Map(inventory.hosts.map(host => [host.id, [] as VmFigures[]]))
  for (let at = 0; at < vms.length; at++) {
    const sample = vms[at]
    const vm = sample && known.get(sample.vmId)
    if (!vm) continue
    const figures = { vm, sample, forecast: forecasts[at] }
    byId.set(vm.id, figures)
    if (vm.hostId !== null) byHost.get(vm.hostId)?.push(figures)
  }
  const hostSamples = new Map(hosts.map(sample => [sample.hostId, sample]))
  return {
    vms: byId,
    hosts: hostSamples,
    hostCpus: forecastHostCpus(inventory, hostSamples, byHost),
    busiestVmIds: new Set(Array.from(byHost.values()).flatMap(itsVms => busiestOf(itsVms)?.vm.id ?? [])),
  }
}

const coresOf = ({ vm, sample }: VmFigures): number => (numberOf(sample.cpuRatio) ?? 0) * vm.vcpuCount

const busiestOf = (vms: readonly VmFigures[]): VmFigures | undefined => {
  let busiest = vms[0]
  for (const one of vms) if (busiest && coresOf(one) > coresOf(busiest)) busiest = one
  return busiest
}

const cpuOf = (sample: VmSample | HostSample | undefined): number | null =>
  (sample && numberOf(sample.cpuRatio)) ?? null

const forecastHostCpus = (
  inventory: Inventory,
  hosts: Figures['hosts'],
  vmsByHost: ReadonlyMap<string, readonly VmFigures[]>,
): Figures['hostCpus'] => {
  const running = runningVmCounts(inventory)
  return new Map(
    inventory.hosts.map(({ id, cpuCount }) => {
      const itsVms = (vmsByHost.get(id) ?? [])
        .filter(({ vm }) => vm.powerState === 'running')
        .map(({ vm, sample, forecast }) => ({
          vcpuCount: vm.vcpuCount,
          cpuRatio: cpuOf(sample),
          forecast,
        }))
      const areAllKnown = itsVms.length === (running.get(id) ?? 0)
      return [id, areAllKnown ? forecastHostCpu(cpuCount, cpuOf(hosts.get(id)), itsVms) : []]
    }),
  )
}
