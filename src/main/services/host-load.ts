import type { Forecast } from '../../shared/model/forecast.ts'
import type { Host } from '../../shared/model/host.ts'
import { numberOf } from '../../shared/model/measure.ts'
import type { VmSample } from '../../shared/model/sample.ts'
import type { Vm } from '../../shared/model/vm.ts'

/** The VM of each host that uses most of its CPU: the one to move when the host is overloaded (S3). */
export const busiestVms = (
  { hosts, vms }: { hosts: readonly Host[]; vms: readonly Vm[] },
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

/**
 * Each host's CPU, 0..1, as the next step's forecasts of its VMs add up, by host id; a host is missing when one of its
 * VMs has no forecast.
 */
export const forecastHostCpus = (
  { hosts, vms }: { hosts: readonly Host[]; vms: readonly Vm[] },
  forecasts: ReadonlyMap<string, Forecast>,
): ReadonlyMap<string, number> => {
  const cores = new Map<string, number>(hosts.map(host => [host.id, 0]))
  for (const vm of vms) {
    if (!vm.hostId || vm.powerState !== 'running') continue
    const next = forecasts.get(vm.id)?.points[0]
    const sum = cores.get(vm.hostId)
    if (!next) cores.delete(vm.hostId)
    else if (sum !== undefined) cores.set(vm.hostId, sum + next.cpuRatio * vm.vcpuCount)
  }
  return new Map(
    hosts.flatMap(host => {
      const sum = cores.get(host.id)
      return sum === undefined ? [] : [[host.id, Math.min(1, sum / Math.max(1, host.cpuCount))] as const]
    }),
  )
}
