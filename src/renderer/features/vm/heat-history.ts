import type { HeatItem } from '../../../shared/contract/vm.ts'
import type { PageHeat } from '../../../shared/model/heat.ts'

export interface HeatReading {
  readonly heat: PageHeat
  /** By this machine's clock. */
  readonly arrivedMs: number
}

/** The readings of one VM since somebody looks, oldest first, and why there is none now. */
export interface HeatHistory {
  readonly readings: readonly HeatReading[]
  readonly trouble: { readonly because: string; readonly sinceMs: number } | null
}

export const noHeat: HeatHistory = { readings: [], trouble: null }

/** Kept of one VM: ten minutes of 8,192 regions, and less of more. */
const MAX_BYTES = 32 * 2 ** 20
const MAX_READINGS = 300
/** Readings come every 2 s; after so long without a new one people are told. */
const LATE_AFTER_MS = 8000

const bytesOf = ({ heat }: HeatReading): number => heat.classes.byteLength + heat.frequency.byteLength

/** The newest readings that fit; the last one always does. */
const bounded = (readings: readonly HeatReading[]): readonly HeatReading[] => {
  let bytes = 0
  let first = readings.length
  while (first > 0 && readings.length - first < MAX_READINGS) {
    const reading = readings[first - 1]
    bytes += reading ? bytesOf(reading) : 0
    if (bytes > MAX_BYTES && first < readings.length) break
    first -= 1
  }
  return readings.slice(first)
}

/** A reading that is not newer than the last says nothing new: it is not counted as having arrived. */
export const addHeat = (history: HeatHistory, item: HeatItem, nowMs: number): HeatHistory => {
  if (item.kind === 'unavailable') {
    const sinceMs = history.trouble?.sinceMs ?? nowMs
    return { ...history, trouble: { because: item.because, sinceMs } }
  }
  const last = history.readings.at(-1)
  if (last && item.heat.atMs <= last.heat.atMs) return { ...history, trouble: null }
  return { readings: bounded([...history.readings, { heat: item.heat, arrivedMs: nowMs }]), trouble: null }
}

/** How long ago the last reading came, when that is longer than readings take; else null. */
export const lateMs = ({ readings }: HeatHistory, nowMs: number): number | null => {
  const last = readings.at(-1)
  return last && nowMs - last.arrivedMs >= LATE_AFTER_MS ? nowMs - last.arrivedMs : null
}
