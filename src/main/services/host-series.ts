import { hostSeriesId } from '../../shared/model/figure-grid.ts'
import { type Measure, UNAVAILABLE } from '../../shared/model/measure.ts'
import type { VmSample } from '../../shared/model/sample.ts'
import type { Figures } from './host-load.ts'

/** The sum of what is known, as old as the oldest and an estimate if any is one. */
interface Sum {
  value: number
  ageMs: number
  origin: 'measured' | 'estimated'
}

const dirtyRatesByHost = ({ vms }: Pick<Figures, 'vms'>): ReadonlyMap<string, Measure> => {
  const sums = new Map<string, Sum>()
  for (const { vm, sample } of vms.values()) {
    const dirty = sample.dirtyPagesPerSecond
    if (!vm.hostId || dirty.origin === 'unavailable') continue
    const sum = sums.get(vm.hostId)
    if (!sum) {
      sums.set(vm.hostId, { value: dirty.value, ageMs: dirty.ageMs, origin: dirty.origin })
      continue
    }
    sum.value += dirty.value
    sum.ageMs = Math.max(sum.ageMs, dirty.ageMs)
    if (dirty.origin === 'estimated') sum.origin = 'estimated'
  }
  return sums
}

/**
 * A tick's hosts as the store keeps samples: the network's busier direction as I/O, and what their VMs dirty together.
 * Where a VM was in the past nobody knows, so a host's past cannot be put together later.
 */
export const hostSeries = (figures: Pick<Figures, 'vms' | 'hosts'>): readonly VmSample[] => {
  const dirty = dirtyRatesByHost(figures)
  return Array.from(figures.hosts.values(), host => ({
    vmId: hostSeriesId(host.hostId),
    atMs: host.atMs,
    cpuRatio: host.cpuRatio,
    memoryRatio: host.memoryRatio,
    ioBytesPerSecond: host.networkBytesPerSecond,
    diskReadBytesPerSecond: UNAVAILABLE,
    networkReceiveBytesPerSecond: UNAVAILABLE,
    dirtyPagesPerSecond: dirty.get(host.hostId) ?? UNAVAILABLE,
    pageFaultsPerSecond: UNAVAILABLE,
  }))
}
