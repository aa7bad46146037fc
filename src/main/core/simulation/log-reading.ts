import type { Limits } from '../migration/predict-outcome.ts'
import type { HostPreset } from './host-presets.ts'

/**
 * How a host ends live rounds before everything is sent, as QEMU does: it looks every `windowMs` whether what is unsent
 * takes no longer than `withinMs` to send, and reads its dirty log then; from round 2 on at the latest after `longestMs`.
 */
export interface EarlyReading {
  readonly windowMs: number
  readonly withinMs: number
  readonly longestMs: number
}

/** Null where the host waits until nothing is unsent, or its policy sets it no downtime limit: then nothing may be left. */
export const earlyReadingOf = (
  { logWindowMs }: Pick<HostPreset, 'logWindowMs'>,
  { finishWithinMs, longestRoundMs = Number.POSITIVE_INFINITY }: Limits,
): EarlyReading | null =>
  logWindowMs === null || finishWithinMs === undefined
    ? null
    : { windowMs: logWindowMs, withinMs: finishWithinMs, longestMs: longestRoundMs }

/** A look falls on a whole number of windows, or within this part of one. */
const SLACK = 1e-6

/** Whether a round that has run for `sinceMs` is over, with `leftMs` still to send. */
export const isReadEarly = (
  { windowMs, withinMs, longestMs }: EarlyReading,
  { round, sinceMs, leftMs }: { readonly round: number; readonly sinceMs: number; readonly leftMs: number },
): boolean => {
  const windows = sinceMs / windowMs
  if (windows < 1 - SLACK || Math.abs(windows - Math.round(windows)) > SLACK) return false
  return leftMs <= withinMs || (round > 1 && sinceMs >= longestMs - SLACK)
}

/** Until the next look at which a round may be over, ms. */
export const msToLook = ({ windowMs }: EarlyReading, sinceMs: number): number =>
  (Math.floor(sinceMs / windowMs + SLACK) + 1) * windowMs - sinceMs
