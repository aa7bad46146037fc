import type { Forecast } from '../../shared/model/forecast.ts'
import type { Host } from '../../shared/model/host.ts'
import { type Measure, numberOf, UNAVAILABLE } from '../../shared/model/measure.ts'
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

/** A host's CPU, 0..1, as the next step's forecasts of its VMs add up; unavailable when one has none. */
export const forecastHostCpu = (
  host: Host,
  vms: readonly Vm[],
  forecasts: ReadonlyMap<string, Forecast>,
): Measure => {
  let cores = 0
  for (const vm of vms) {
    if (vm.hostId !== host.id || vm.powerState !== 'running') continue
    const next = forecasts.get(vm.id)?.points[0]
    if (!next) return UNAVAILABLE
    cores += next.cpuRatio * vm.vcpuCount
  }
  return { origin: 'estimated', value: Math.min(1, cores / Math.max(1, host.cpuCount)), ageMs: 0 }
}
