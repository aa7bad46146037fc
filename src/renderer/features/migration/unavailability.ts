import type { Migration } from '../../../shared/model/migration.ts'
import { formatDuration } from '../../../shared/units.ts'

/** Ms between which the unavailability lies; both are the same where the gaps in the guest's heartbeat are told. */
export interface UnavailabilityRange {
  readonly leastMs: number
  readonly mostMs: number
}

/**
 * Pause and stall. Where only the waits for pages are told, it is at least the pause, at most that and all waits, as a wait
 * that is too short to leave a gap is no stall.
 */
export const unavailabilityRange = (
  downtimeMs: number,
  postCopy: Pick<NonNullable<Migration['postCopy']>, 'stallMs' | 'heartbeat'> | null,
): UnavailabilityRange => {
  const { stallMs: waitedMs = 0, heartbeat } = postCopy ?? {}
  return {
    leastMs: downtimeMs + (heartbeat?.stallMs ?? 0),
    mostMs: downtimeMs + (heartbeat?.stallMs ?? waitedMs),
  }
}

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
