import type { MigrationPrediction } from '../../../shared/model/migration.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'

/** Where a migration stands: pages to send next, dirty rate over bandwidth, and what has been spent so far. */
export interface Standing {
  readonly afterRound: number
  readonly elapsedMs: number
  readonly bytesSent: number
  readonly remainingPages: number
  /** D/B: pages dirtied over pages sent in the same time. */
  readonly dirtyRatio: number
  readonly bandwidthBytesPerSecond: number
  /** Unique pages dirtied within ms, where the VM's dirty curve is known; else each round dirties `dirtyRatio` of what it sends. */
  readonly dirtiedWithin?: (ms: number) => number
}

export interface Limits {
  /** Pre-copy ends with fewer pages left. */
  readonly epsilonPages: number
  readonly maxRounds: number
  /** Dirty ratio at which pre-copy gives way; null where the policy does not look at it. */
  readonly switchTheta: number | null
  /** Pre-copy ends too when what is left takes less than this to send, ms; absent where the policy does not look at it. */
  readonly finishWithinMs?: number
  /** The host reads its dirty log at least so often from round 2 on, ms; absent where rounds may take as long as they do. */
  readonly longestRoundMs?: number
  /** Whether what is left when pre-copy gives way follows in post-copy; else it is copied in the pause. */
  readonly postCopy: boolean
}

/** Suspend, device state and resume, ms. S1 reports 58 ms for the whole pause of its method. */
export const FIXED_PAUSE_MS = 50

/**
 * What is still to come by S1's recurrence: M_{i+1} = r M_i (eq 7, 8) until M < epsilon or N_max (eq 9) or r >= theta
 * (eq 12), r told by the dirty curve for each round where there is one; T_pre = sum M_i / B (eq 10); then a pause, and
 * after a switch T_post = the rest / B (eq 11).
 */
export const predictOutcome = (standing: Standing, limits: Limits): MigrationPrediction => {
  const { dirtyRatio, dirtiedWithin, bandwidthBytesPerSecond: bandwidth } = standing
  const msOf = (pages: number) => (pages * PAGE_BYTES * 1000) / bandwidth
  const dirtiedWhile = (sent: number) =>
    Math.min(sent, dirtiedWithin ? dirtiedWithin(msOf(sent)) : sent * dirtyRatio)
  let { remainingPages: pages, elapsedMs: ms } = standing
  let r = dirtyRatio
  let sentPages = 0
  const gives = (rounds: number) =>
    rounds > 0 && ((limits.switchTheta !== null && r >= limits.switchTheta) || rounds >= limits.maxRounds)

  const isShort = () => pages < limits.epsilonPages || msOf(pages) < (limits.finishWithinMs ?? 0)

  for (let round = standing.afterRound; !gives(round) && !(round > 0 && isShort()); round++) {
    ms += msOf(pages)
    sentPages += pages
    const next = dirtiedWhile(pages)
    if (dirtiedWithin) r = next / pages
    pages = next
  }
  const switches = limits.postCopy && !isShort()
  return {
    afterRound: standing.afterRound,
    downtimeMs: FIXED_PAUSE_MS + (switches ? 0 : msOf(pages)),
    totalMs: ms + FIXED_PAUSE_MS + msOf(pages),
    bytesSent: standing.bytesSent + (sentPages + pages) * PAGE_BYTES,
    converges: isShort(),
  }
}
