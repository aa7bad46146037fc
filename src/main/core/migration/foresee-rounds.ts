import type { Limits } from './predict-outcome.ts'
import { pagesWithin, type RoundCurve } from './round-curve.ts'

/** Where a migration stands after a live round, its guest's curve known from the rounds it has made. */
export interface RoundStanding {
  readonly afterRound: number
  readonly elapsedMs: number
  readonly remainingPages: number
  readonly pagesPerMs: number
  readonly memoryPages: number
  readonly curve: RoundCurve
  /** Whether its last rounds left as much as those before them (`isStalled`). */
  readonly stalled: boolean
  /** The guest's speed, 1 unless it is throttled. */
  readonly speed: number
  /** When the guest stops writing, ms since the migration's start; infinity: not while it lasts. */
  readonly writesEndAtMs: number
}

/** QEMU's auto-converge: slows the guest whenever two periods of a second dirtied more than `trigger` of what they sent. */
export interface ThrottleRule {
  readonly trigger: number
  readonly initial: number
  readonly increment: number
  readonly most: number
}

/** Rounds that are compared with as many before them. */
const STALL_ROUNDS = 4
/** What is left has to fall by more than this to be called falling; as KubeVirt's stall margin. */
const STALL_MARGIN = 0.04

const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >>> 1] ?? 0
}

/**
 * Whether what rounds leave falls no more. Where sending and dirtying are nearly in balance this tells more than any
 * curve: its small errors would decide.
 */
export const isStalled = (leftPages: readonly number[]): boolean => {
  if (leftPages.length < 2 * STALL_ROUNDS) return false
  const before = leftPages.slice(-2 * STALL_ROUNDS, -STALL_ROUNDS)
  return medianOf(leftPages.slice(-STALL_ROUNDS)) > (1 - STALL_MARGIN) * medianOf(before)
}

export interface Foreseen {
  readonly preCopyMs: number
  readonly pagesSent: number
  /** What is left when live rounds end. */
  readonly leftPages: number
  readonly rounds: number
  /** Whether live rounds end by themselves. */
  readonly converges: boolean
}

const PERIOD_MS = 1000
const HIGH_PERIODS = 2
/** While it may throttle, QEMU (from 9.2) reads the log anew after this long, whatever is unsent. */
export const LONGEST_ROUND_MS = 5000
/** Live rounds that do not end in so many never do. */
const MOST_ROUNDS = 5000

/** QEMU sends in windows of this length, and looks at what is left between them. */
const WINDOW_MS = 100

/** A round lasts until nothing is unsent or, where what is left need only be short to send, until it may be. */
const roundMs = (
  pages: number,
  pagesPerMs: number,
  { finishWithinMs, longestMs }: { readonly finishWithinMs: number | undefined; readonly longestMs: number },
): number => {
  const allMs = pages / pagesPerMs
  if (finishWithinMs === undefined) return Math.min(allMs, longestMs)
  const windows = Math.max(1, Math.ceil((allMs - finishWithinMs) / WINDOW_MS))
  return Math.min(windows * WINDOW_MS, longestMs)
}

/** A period's figures and how often one was too high. */
interface Watch {
  readonly ms: number
  readonly sent: number
  readonly dirtied: number
  readonly high: number
}

const watched = (before: Watch, round: Omit<Watch, 'high'>, rule: ThrottleRule): Watch => {
  const ms = before.ms + round.ms
  const sent = before.sent + round.sent
  const dirtied = before.dirtied + round.dirtied
  if (ms < PERIOD_MS) return { ...before, ms, sent, dirtied }
  return { ms: 0, sent: 0, dirtied: 0, high: before.high + (dirtied > rule.trigger * sent ? 1 : 0) }
}

const throttled = (speed: number, { initial, increment, most }: ThrottleRule): number =>
  1 - Math.min(most, speed === 1 ? initial : 1 - speed + increment)

/**
 * The live rounds still to come, one after the other: each sends what the one before left and leaves what the guest's
 * curve tells for as long as that took.
 */
export const foreseeRounds = (
  standing: RoundStanding,
  limits: Pick<Limits, 'epsilonPages' | 'maxRounds' | 'finishWithinMs'>,
  throttle: ThrottleRule | null,
): Foreseen => {
  const { pagesPerMs, memoryPages, curve, writesEndAtMs } = standing
  let { elapsedMs, remainingPages: pages, speed } = standing
  let watch: Watch = { ms: 0, sent: 0, dirtied: 0, high: 0 }
  let sentPages = 0
  const isShort = () => pages < limits.epsilonPages || pages / pagesPerMs < (limits.finishWithinMs ?? 0)
  const longestMs = throttle === null ? Number.POSITIVE_INFINITY : LONGEST_ROUND_MS
  const last = Math.min(limits.maxRounds, standing.afterRound + MOST_ROUNDS)
  let round = standing.afterRound
  while (round < last && !isShort()) {
    const ms = roundMs(pages, pagesPerMs, { finishWithinMs: limits.finishWithinMs, longestMs })
    const sent = Math.min(pages, ms * pagesPerMs)
    const writing = Math.max(0, Math.min(ms, writesEndAtMs - elapsedMs))
    const told = pagesWithin(curve, writing * speed)
    const dirtied = standing.stalled && throttle === null ? Math.max(told, writing * pagesPerMs) : told
    if (throttle !== null) {
      const before = watch.high
      watch = watched(watch, { ms, sent, dirtied }, throttle)
      if (watch.high === HIGH_PERIODS && watch.high > before) {
        speed = throttled(speed, throttle)
        watch = { ...watch, high: 0 }
      }
    }
    elapsedMs += ms
    sentPages += sent
    pages = Math.min(memoryPages, pages - sent + dirtied)
    round++
  }
  return {
    preCopyMs: elapsedMs,
    pagesSent: sentPages,
    leftPages: pages,
    rounds: round,
    converges: isShort() && elapsedMs <= writesEndAtMs,
  }
}
