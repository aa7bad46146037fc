import { PAGE_BYTES } from '../../../shared/units.ts'
import { foreseeRounds, isStalled, type ThrottleRule } from './foresee-rounds.ts'
import type { QemuRound } from './qemu-polls.ts'
import { fitRoundCurve, type RoundCurve } from './round-curve.ts'

/** How the host of a recorded migration decides, and when its guest's load ended. */
export interface RecordedRule {
  /** Pre-copy ends when what is left takes less than this to send. */
  readonly downtimeLimitMs: number
  /** Auto-converge, where it was on. */
  readonly throttle: ThrottleRule | null
  /** When post-copy was asked for, ms since the migration's start; infinity: never. */
  readonly switchAtMs: number
  /** When the load ended; infinity: not before the migration did. */
  readonly writesEndAtMs: number
  readonly memoryPages: number
  readonly usualRatePerMs?: number
}

/** What was to be expected once some rounds were over. */
export interface RoundPrediction {
  readonly afterRound: number
  readonly totalMs: number
  readonly downtimeMs: number
  readonly bytesMore: number
  /** Whether live rounds end by themselves: not because the load ends, nor by a switch. */
  readonly converges: boolean
}

export const curveOfRounds = (
  rounds: readonly Pick<QemuRound, 'ms' | 'dirtiedPages' | 'throttle'>[],
  usualRatePerMs?: number,
): RoundCurve | null =>
  fitRoundCurve(
    rounds.map(({ ms, dirtiedPages, throttle }) => ({ ms: ms * (1 - throttle), pages: dirtiedPages })),
    usualRatePerMs,
  )

/** The rest of a recorded migration after the first of its rounds; null while they are too few to tell. */
export const predictRecording = (
  rounds: readonly QemuRound[],
  rule: RecordedRule,
): RoundPrediction | null => {
  const last = rounds.at(-1)
  const curve = curveOfRounds(rounds, rule.usualRatePerMs)
  if (last === undefined || curve === null) return null
  const { pagesPerMs, endedAtMs: elapsedMs } = last
  const foreseen = foreseeRounds(
    {
      afterRound: rounds.length,
      elapsedMs,
      remainingPages: last.leftPages,
      pagesPerMs,
      memoryPages: rule.memoryPages,
      curve,
      stalled: isStalled(rounds.map(({ leftPages }) => leftPages)),
      speed: 1 - last.throttle,
      writesEndAtMs: rule.writesEndAtMs,
    },
    { epsilonPages: 1, maxRounds: Number.POSITIVE_INFINITY, finishWithinMs: rule.downtimeLimitMs },
    rule.throttle,
  )
  const downtimeMs = foreseen.leftPages / pagesPerMs
  const byItself = foreseen.preCopyMs + downtimeMs
  const isSwitched = foreseen.preCopyMs > rule.switchAtMs
  return {
    afterRound: rounds.length,
    totalMs: isSwitched ? Math.max(elapsedMs, rule.switchAtMs) + downtimeMs : byItself,
    downtimeMs,
    bytesMore: (foreseen.pagesSent + foreseen.leftPages) * PAGE_BYTES,
    converges: foreseen.converges && !isSwitched,
  }
}
