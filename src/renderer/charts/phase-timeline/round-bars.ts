import { dirtyRatioOf, type TimelineRound } from './data.ts'
import { seenSpan, type TimelineFrame } from './frame.ts'

/** One round as it is drawn, or several in a row of which each alone would be too thin to see. */
export interface RoundBar extends TimelineRound {
  readonly lastIndex: number
  readonly endMs: number
  /** The highest dirty ratio of the rounds in it. */
  readonly peakRatio: number
  readonly x: number
  readonly width: number
}

/** Rounds narrower than this are drawn together. */
const LEAST_BAR_PX = 4
/** A bar of no time at all is still a round. */
const LEAST_WIDTH_PX = 2

const merged = (rounds: readonly TimelineRound[], first: TimelineRound): TimelineRound => {
  const sum = (of: (round: TimelineRound) => number) => rounds.reduce((total, round) => total + of(round), 0)
  const ms = sum(round => round.ms)
  const carried = sum(round => round.bandwidthBytesPerSecond * round.ms)
  return {
    ...first,
    ms,
    sentBytes: sum(round => round.sentBytes),
    dirtiedBytes: sum(round => round.dirtiedBytes),
    bandwidthBytesPerSecond: ms > 0 ? carried / ms : first.bandwidthBytesPerSecond,
  }
}

const barOf = (rounds: readonly TimelineRound[], frame: TimelineFrame): RoundBar | null => {
  const [first, last] = [rounds[0], rounds.at(-1)]
  if (!first || !last) return null
  const endMs = last.startMs + last.ms
  const span = seenSpan(frame, { fromMs: first.startMs, toMs: endMs }, LEAST_WIDTH_PX)
  return (
    span && {
      ...(rounds.length === 1 ? first : merged(rounds, first)),
      ...span,
      lastIndex: last.index,
      endMs,
      peakRatio: rounds.reduce((peak, round) => Math.max(peak, dirtyRatioOf(round)), 0),
    }
  )
}

/** The rounds in view as bars; `alone` is the index of a round that must be told from its neighbours. */
export const roundBars = (
  rounds: readonly TimelineRound[],
  frame: TimelineFrame,
  alone: number | undefined,
): readonly RoundBar[] => {
  const groups: TimelineRound[][] = []
  let open: TimelineRound[] | undefined
  for (const round of rounds) {
    const isJoinable = round.live && !round.partial && round.index !== alone
    const before = open?.at(-1)
    // A host waits for its console between rounds: a bar over such a gap would show sending where there was none.
    const gapPx = before ? frame.toX(round.startMs) - frame.toX(before.startMs + before.ms) : 0
    if (!open || !isJoinable || gapPx > LEAST_WIDTH_PX) {
      open = []
      groups.push(open)
    }
    open.push(round)
    const widthPx = frame.toX(round.startMs + round.ms) - frame.toX(open[0]?.startMs ?? 0)
    if (!isJoinable || widthPx >= LEAST_BAR_PX) open = undefined
  }
  return groups.flatMap(group => barOf(group, frame) ?? [])
}
