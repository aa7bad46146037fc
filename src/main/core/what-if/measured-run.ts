import type { Migration } from '../../../shared/model/migration.ts'
import type { MeasuredRun } from '../../../shared/model/what-if.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'
import { memoryStartMs } from '../migration/disk-share.ts'

/** What its memory came to: a disk that was copied first is nothing that a policy decides on. */
const memoryBytesOf = ({ diskCopy, rounds, postCopy, bytesSent }: Migration): number => {
  if (diskCopy === null) return bytesSent
  const roundBytes = rounds.reduce((sum, round) => sum + (round.bandwidthBytesPerSecond * round.ms) / 1000, 0)
  return roundBytes + (postCopy ? (postCopy.pushedPages + postCopy.demandFaults) * PAGE_BYTES : 0)
}

/**
 * The figures of a migration that was carried out, as its host told them, from the first page of memory on. How long the
 * guest's heartbeat stood still after a switch is told only by a host that hears it; without a switch the pause is all there is.
 */
export const measuredRun = (migration: Migration, slaDowntimeMs: number): MeasuredRun => {
  const { policy, phase, rounds, endedAtMs, downtimeMs, postCopy } = migration
  const firstMs = rounds[0]?.startedAtMs ?? memoryStartMs(migration)
  const bytesSent = memoryBytesOf(migration)
  const tellsRounds = rounds.length > 0
  const stallMs = postCopy === null ? 0 : (postCopy.heartbeat?.stallMs ?? null)
  const unavailabilityMs = downtimeMs === null || stallMs === null ? null : downtimeMs + stallMs
  const isBroken = downtimeMs !== null && downtimeMs > slaDowntimeMs
  return {
    policy,
    phase,
    figures: {
      totalMs: endedAtMs === null ? null : endedAtMs - firstMs,
      downtimeMs,
      unavailabilityMs,
      bytesSent: bytesSent > 0 ? bytesSent : null,
      retransmittedBytes: tellsRounds ? migration.retransmittedPages * PAGE_BYTES : null,
      demandFaults: postCopy?.demandFaults ?? (tellsRounds ? 0 : null),
      lostGuestMs: postCopy === null ? (tellsRounds ? 0 : null) : postCopy.stallMs,
    },
    slaViolated: isBroken || (unavailabilityMs === null ? null : unavailabilityMs > slaDowntimeMs),
  }
}
