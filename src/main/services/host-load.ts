import type { Forecast } from '../../shared/model/forecast.ts'
import type { Host } from '../../shared/model/host.ts'
import { numberOf } from '../../shared/model/measure.ts'
import type { HostSample, VmSample } from '../../shared/model/sample.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { type CpuPoint, forecastHostCpu } from '../core/placement/forecast-host-cpu.ts'

interface HostsAndVms {
  readonly hosts: readonly Host[]
  readonly vms: readonly Vm[]
}

/** The VM of each host that uses most of its CPU: the one to move when the host is overloaded (S3). */
export const busiestVms = (
  { hosts, vms }: HostsAndVms,
  samples: ReadonlyMap<string, VmSample>,
): ReadonlySet<string> => {
  const busiest = new Map<string, { readonly vmId: string; readonly cores: number }>()
  for (const vm of vms) {
    const sample = samples.get(vm.id)
    if (!vm.hostId || !sample) continue
    const cores = (numberOf(sample.cpuRatio) ?? 0) * vm.vcpuCount
    const best = busiest.get(vm.hostId)
    if (!best || cores > best.cores) busiest.set(vm.hostId, { vmId: vm.id, cores })
  }
  return new Set(hosts.flatMap(host => busiest.get(host.id)?.vmId ?? []))
}

/** What is known of a pool's hosts and VMs at one moment. */
export interface Figures {
  readonly vms: ReadonlyMap<string, VmSample>
  readonly hosts: ReadonlyMap<string, HostSample>
  readonly forecasts: ReadonlyMap<string, Forecast>
}

/** A tick's figures by what they are of. */
export const figuresOfTick = (
  { vms, hosts }: { readonly vms: readonly VmSample[]; readonly hosts: readonly HostSample[] },
  forecasts: readonly Forecast[],
): Figures => ({
  vms: new Map(vms.map(sample => [sample.vmId, sample])),
  hosts: new Map(hosts.map(sample => [sample.hostId, sample])),
  forecasts: new Map(forecasts.map(forecast => [forecast.vmId, forecast])),
})

/** Each host's CPU as it is forecast, by host id; empty for a host with a VM that has no forecast. */
export const forecastHostCpus = (
  { hosts, vms }: HostsAndVms,
  figures: Figures,
): ReadonlyMap<string, readonly CpuPoint[]> => {
  const running = Map.groupBy(
    vms.filter(vm => vm.powerState === 'running'),
    vm => vm.hostId,
  )
  const cpuOf = (sample: VmSample | HostSample | undefined) => (sample && numberOf(sample.cpuRatio)) ?? null
  return new Map(
    hosts.map(host => {
      const itsVms = (running.get(host.id) ?? []).map(vm => ({
        vcpuCount: vm.vcpuCount,
        cpuRatio: cpuOf(figures.vms.get(vm.id)),
        forecast: figures.forecasts.get(vm.id),
      }))
      return [host.id, forecastHostCpu(host.cpuCount, cpuOf(figures.hosts.get(host.id)), itsVms)]
    }),
  )
}
