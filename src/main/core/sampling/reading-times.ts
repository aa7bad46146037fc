import { mix } from '../numeric/random.ts'

/** Part of a cadence by which a VM's readings come early, differently each time, so that VMs do not march in step. A guess. */
const EARLY = 0.1
/** Time between the first readings of two VMs of one host, ms, where they are few: no burst, and soon done. A guess. */
const FIRST_STEP_MS = 1_500

/** 32 bits that stand for a text (FNV-1a). */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash | 0
}

/**
 * When the first readings of `count` VMs of one host, the riskiest first, fall due, ms after now: one after the other,
 * all within `withinMs`. `hostId` puts hosts out of step.
 */
export const firstReadingDelays = (hostId: string, count: number, withinMs: number): readonly number[] => {
  // The last fifth is left for readings that have to wait for a place.
  const stepMs = Math.min(FIRST_STEP_MS, (0.8 * withinMs) / Math.max(1, count))
  const phaseMs = ((mix(hashOf(hostId)) >>> 0) / 2 ** 32) * stepMs
  return Array.from({ length: count }, (_, rank) => (rank === 0 ? 0 : rank * stepMs + phaseMs))
}

/** When the first dirty curve of a VM falls due, ms after it was first seen: anywhere in a cadence, by a hash of its id. */
export const firstCurveDelay = (vmId: string, cadenceMs: number): number =>
  ((mix(hashOf(vmId)) >>> 0) / 2 ** 32) * cadenceMs

/** When a VM is to be read again, ms after its reading began: the cadence, or up to a tenth earlier. */
export const nextReadingDelay = (vmId: string, nowMs: number, cadenceMs: number): number => {
  const chance = (mix(hashOf(vmId) ^ mix(Math.floor(nowMs))) >>> 0) / 2 ** 32
  return cadenceMs * (1 - EARLY * chance)
}

/** A VM that waits to be read. */
export interface Waiting {
  readonly vmId: string
  readonly dueMs: number
}

/** The VMs of one host that are due, those longest due first, as many as have a place. */
export const chooseReadings = (
  waiting: readonly Waiting[],
  { nowMs, places }: { readonly nowMs: number; readonly places: number },
): readonly Waiting[] =>
  places <= 0
    ? []
    : waiting
        .filter(({ dueMs }) => dueMs <= nowMs)
        .sort((a, b) => a.dueMs - b.dueMs)
        .slice(0, places)
