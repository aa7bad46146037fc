import { formatDuration } from '../../../shared/units.ts'

/** Ms between which the unavailability lies: hosts tell how long the guest waited for pages, not the gaps in its heartbeat. */
export interface UnavailabilityRange {
  readonly leastMs: number
  readonly mostMs: number
}

/** Pause and stall: at least the pause, at most that and all the guest waited for pages, short waits counted in. */
export const unavailabilityRange = (downtimeMs: number, waitedMs: number): UnavailabilityRange => ({
  leastMs: downtimeMs,
  mostMs: downtimeMs + waitedMs,
})

/** Both ends, once where they read alike. */
export const unavailabilityWords = ({ leastMs, mostMs }: UnavailabilityRange): string => {
  const [least, most] = [formatDuration(leastMs), formatDuration(mostMs)]
  return least === most ? least : `${least} to ${most}`
}

/** How it stands to what is allowed; between both ends that cannot be said. */
export const allowedWords = ({ leastMs, mostMs }: UnavailabilityRange, allowedMs: number): string => {
  const limit = formatDuration(allowedMs)
  if (leastMs > allowedMs) return `above the ${limit} allowed`
  return mostMs <= allowedMs
    ? `of ${limit} allowed`
    : `${limit} allowed: the gaps within the waits are not told`
}
