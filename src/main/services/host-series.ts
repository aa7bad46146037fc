import { hostSeriesId } from '../../shared/model/figure-grid.ts'
import { type Measure, UNAVAILABLE } from '../../shared/model/measure.ts'
import type { VmSample } from '../../shared/model/sample.ts'
import type { Inventory } from '../ports/hypervisor.ts'
import type { Tick } from './sampler.ts'

/** The sum of what is known, as old as the oldest and an estimate if any is one; unavailable where nothing is known. */
const sumOf = (measures: readonly Measure[]): Measure => {
  const known = measures.filter(measure => measure.origin !== 'unavailable')
  if (known.length === 0) return UNAVAILABLE
  return {
    origin: known.some(measure => measure.origin === 'estimated') ? 'estimated' : 'measured',
    value: known.reduce((sum, measure) => sum + measure.value, 0),
    ageMs: Math.max(...known.map(measure => measure.ageMs)),
  }
}

/**
 * A tick's hosts as the store keeps samples: the network's busier direction as I/O, and what their VMs dirty together.
 * Where a VM was in the past nobody knows, so a host's past cannot be put together later.
 */
export const hostSeries = ({ vms }: Inventory, tick: Tick): readonly VmSample[] => {
  const hostByVm = new Map(vms.map(vm => [vm.id, vm.hostId]))
  const byHost = Map.groupBy(tick.vms, sample => hostByVm.get(sample.vmId) ?? null)
  return tick.hosts.map(host => ({
    vmId: hostSeriesId(host.hostId),
    atMs: host.atMs,
    cpuRatio: host.cpuRatio,
    memoryRatio: host.memoryRatio,
    ioBytesPerSecond: host.networkBytesPerSecond,
    diskReadBytesPerSecond: UNAVAILABLE,
    networkReceiveBytesPerSecond: UNAVAILABLE,
    dirtyPagesPerSecond: sumOf((byHost.get(host.hostId) ?? []).map(vm => vm.dirtyPagesPerSecond)),
    pageFaultsPerSecond: UNAVAILABLE,
  }))
}
