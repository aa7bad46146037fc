import { type Measure, measured, UNAVAILABLE } from '../../../shared/model/measure.ts'
import type { VmSample } from '../../../shared/model/sample.ts'

/** Counters of a VM, each since it began; undefined where nobody counts. */
export interface VmCounters {
  readonly atMs: number
  readonly cpuSeconds: number | undefined
  readonly diskReadBytes: number | undefined
  readonly diskWrittenBytes: number | undefined
  readonly receivedBytes: number | undefined
  readonly sentBytes: number | undefined
  readonly residentBytes: number | undefined
}

interface Counted {
  readonly vmId: string
  readonly vcpuCount: number
  readonly memoryBytes: number
  readonly now: VmCounters
  /** Undefined at the first reading. */
  readonly before: VmCounters | undefined
}

/** What a counter grew by in a second. */
const perSecond = (
  { now, before }: Counted,
  read: (counters: VmCounters) => number | undefined,
): number | undefined => {
  const [to, from] = [read(now), before && read(before)]
  const seconds = before === undefined ? 0 : (now.atMs - before.atMs) / 1000
  return to === undefined || from === undefined || seconds <= 0 || to < from
    ? undefined
    : (to - from) / seconds
}

const sumOf = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter(value => value !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0)
}

/** A part of a whole; unavailable where there is none. */
export const ratio = (value: number | undefined, ageMs = 0): Measure =>
  measured(value === undefined ? undefined : Math.min(1, Math.max(0, value)), ageMs)

/** The figures of a VM at `atMs`, by what its counters grew by between its last two readings. */
export const sampleOf = (counted: Counted, atMs: number): VmSample => {
  const { vmId, vcpuCount, memoryBytes, now } = counted
  const ageMs = Math.max(0, atMs - now.atMs)
  const cpu = perSecond(counted, each => each.cpuSeconds)
  const read = perSecond(counted, each => each.diskReadBytes)
  const received = perSecond(counted, each => each.receivedBytes)
  const written = perSecond(counted, each => each.diskWrittenBytes)
  const sent = perSecond(counted, each => each.sentBytes)
  return {
    vmId,
    atMs,
    cpuRatio: ratio(cpu === undefined ? undefined : cpu / Math.max(1, vcpuCount), ageMs),
    memoryRatio: ratio(now.residentBytes === undefined ? undefined : now.residentBytes / memoryBytes, ageMs),
    ioBytesPerSecond: measured(sumOf([read, written, received, sent]), ageMs),
    diskReadBytesPerSecond: measured(read, ageMs),
    networkReceiveBytesPerSecond: measured(received, ageMs),
    dirtyPagesPerSecond: UNAVAILABLE,
    pageFaultsPerSecond: UNAVAILABLE,
  }
}
