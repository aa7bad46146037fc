import type { Migration } from '../../../shared/model/migration.ts'
import { formatDuration } from '../../../shared/units.ts'

/** Ms between which the unavailability lies; both are the same where the gaps in the guest's heartbeat are told. */
export interface UnavailabilityRange {
  readonly leastMs: number
  /** Null where nothing is told of the waits either. */
  readonly mostMs: number | null
}

/**
 * Pause and stall. Where only the waits for pages are told, it is at least the pause, at most that and all waits, as a wait
 * that is too short to leave a gap is no stall.
 */
export const unavailabilityRange = (
  downtimeMs: number,
  postCopy: Pick<NonNullable<Migration['postCopy']>, 'stallMs' | 'heartbeat'> | null,
): UnavailabilityRange => {
  if (postCopy === null) return { leastMs: downtimeMs, mostMs: downtimeMs }
  const { stallMs: waitedMs, heartbeat } = postCopy
  const most = heartbeat?.stallMs ?? waitedMs
  return {
    leastMs: downtimeMs + (heartbeat?.stallMs ?? 0),
    mostMs: most === null ? null : downtimeMs + most,
  }
}

/** Both ends, once where they read alike. */
export const unavailabilityWords = ({ leastMs, mostMs }: UnavailabilityRange): string => {
  const least = formatDuration(leastMs)
  if (mostMs === null) return `at least ${least}`
  const most = formatDuration(mostMs)
  return least === most ? least : `${least} to ${most}`
}

/** How it stands to what is allowed; between both ends that cannot be said. */
export const allowedWords = ({ leastMs, mostMs }: UnavailabilityRange, allowedMs: number): string => {
  const limit = formatDuration(allowedMs)
  if (leastMs > allowedMs) return `above the ${limit} allowed`
  if (mostMs === null) return `${limit} allowed: how long the guest waited is not told`
  return mostMs <= allowedMs
    ? `of ${limit} allowed`
    : `${limit} allowed: the gaps within the waits are not told`
}
