import { type Measure, measured, UNAVAILABLE } from '../../../shared/model/measure.ts'
import type { HostSample, VmSample } from '../../../shared/model/sample.ts'
import { KIB, MIB } from '../../../shared/units.ts'
import type { Figure, Figures } from './rrd-updates.ts'

const NO_FIGURES: Figures = new Map()
/** Six rows of 5 s: what is older says nothing about now. */
const LONGEST_AGE_MS = 30_000

/** One number out of several data sources: as old as the oldest of them; undefined when there are none. */
const combine = (
  readings: readonly Figure[],
  into: (values: readonly number[]) => number,
): Figure | undefined =>
  readings.length === 0
    ? undefined
    : {
        value: into(readings.map(one => one.value)),
        atSeconds: Math.min(...readings.map(one => one.atSeconds)),
      }

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]): number => sum(values) / values.length

const matching = (figures: Figures, pattern: RegExp): readonly Figure[] =>
  [...figures].filter(([name]) => pattern.test(name)).map(([, reading]) => reading)

/** All of them, or none: half of a quotient is no number. */
const together = (figures: Figures, names: readonly string[]): readonly Figure[] => {
  const found = names.flatMap(name => figures.get(name) ?? [])
  return found.length === names.length ? found : []
}

const measureAt = (reading: Figure | undefined, atMs: number): Measure => {
  if (reading === undefined) return UNAVAILABLE
  const ageMs = Math.max(0, atMs - reading.atSeconds * 1000)
  return ageMs > LONGEST_AGE_MS ? UNAVAILABLE : measured(reading.value, ageMs)
}

const cpuOf = (figures: Figures, name: string): Figure | undefined =>
  figures.get(name) ?? combine(matching(figures, /^cpu\d+$/), mean)

/** What a VM's data sources come to. */
export interface VmReadings {
  readonly cpu: Figure | undefined
  readonly memory: Figure | undefined
  readonly io: Figure | undefined
  readonly diskRead: Figure | undefined
  readonly networkReceive: Figure | undefined
  readonly pageFaults: Figure | undefined
}

/** Reads a VM's data sources: to be done once for each answer, for samples are made of it every second. */
export const vmReadingsOf = (figures: Figures): VmReadings => ({
  cpu: cpuOf(figures, 'cpu_usage'),
  memory: combine(together(figures, ['memory', 'memory_internal_free']), ([bytes = 0, freeKib = 0]) =>
    bytes > 0 ? Math.max(0, (bytes - freeKib * KIB) / bytes) : Number.NaN,
  ),
  io: combine(matching(figures, /^(vif_\d+_(rx|tx)|vbd_[^_]+_(read|write))$/), sum),
  diskRead: combine(matching(figures, /^vbd_[^_]+_read$/), sum),
  networkReceive: combine(matching(figures, /^vif_\d+_rx$/), sum),
  // Stock Xen counts none; an rrdd plugin may add this data source.
  pageFaults: figures.get('page_faults'),
})

const NO_READINGS = vmReadingsOf(NO_FIGURES)

/** The sample of a VM at `atMs` (pool time) from what was read of it; dirty rates are read apart and stay unavailable. */
export const vmSampleOf = (vmId: string, readings: VmReadings = NO_READINGS, atMs: number): VmSample => ({
  vmId,
  atMs,
  cpuRatio: measureAt(readings.cpu, atMs),
  memoryRatio: measureAt(readings.memory, atMs),
  ioBytesPerSecond: measureAt(readings.io, atMs),
  diskReadBytesPerSecond: measureAt(readings.diskRead, atMs),
  networkReceiveBytesPerSecond: measureAt(readings.networkReceive, atMs),
  dirtyPagesPerSecond: UNAVAILABLE,
  pageFaultsPerSecond: measureAt(readings.pageFaults, atMs),
})

/** What a host's interfaces carry one way; the server adds them up where it is newer. */
const trafficOf = (figures: Figures, way: string): readonly Figure[] => {
  const aggregated = matching(figures, new RegExp(`^pif_aggr_${way}$`))
  return aggregated.length > 0 ? aggregated : matching(figures, new RegExp(`^pif_[^_]+_${way}$`))
}

/** The sample of a host at `atMs` (pool time) from its data sources. */
export const hostSampleOf = (hostId: string, figures: Figures = NO_FIGURES, atMs: number): HostSample => {
  const memory = together(figures, ['memory_total_kib', 'memory_free_kib'])
  const ratio = combine(memory, ([total = 0, free = 0]) => (total > 0 ? (total - free) / total : Number.NaN))
  const free = figures.get('memory_free_kib')
  const traffic = ['rx', 'tx'].flatMap(way => combine(trafficOf(figures, way), sum) ?? [])
  const network = combine(traffic, sum)
  const disk = combine(matching(figures, /^io_throughput_total_[0-9a-f]{8}$/), values => sum(values) * MIB)
  return {
    hostId,
    atMs,
    cpuRatio: measureAt(cpuOf(figures, 'cpu_avg'), atMs),
    memoryRatio: measureAt(ratio, atMs),
    memoryFreeBytes: measureAt(free && { ...free, value: free.value * KIB }, atMs),
    ioBytesPerSecond: measureAt(
      combine(
        [network, disk].flatMap(one => one ?? []),
        sum,
      ),
      atMs,
    ),
    networkBytesPerSecond: measureAt(
      combine(traffic, values => Math.max(...values)),
      atMs,
    ),
  }
}
