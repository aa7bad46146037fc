import { formatBytes, formatDuration, formatRatio, MIB, threeFigures } from '../../../shared/units.ts'
import { dirtyRateOf, dirtyRatioOf, type PhaseTimelineData, type TimelineRound } from './data.ts'

const perSecond = (bytes: number): string => `${threeFigures(bytes / MIB)} MiB/s`

const nameOf = (round: TimelineRound, lastIndex: number): string => {
  if (!round.live) return `Stop and copy, pass ${round.index}`
  if (lastIndex > round.index) return `Rounds ${round.index} to ${lastIndex}`
  return `Round ${round.index}${round.partial ? ', unfinished' : ''}`
}

const consequence = (round: TimelineRound, lastIndex: number, data: PhaseTimelineData): string[] => {
  if (round.partial || !round.live) return []
  const { ending, outcome } = data
  if (!ending) return outcome === 'running' ? ['after it: another round'] : []
  const what = ending.kind === 'post-copy' ? 'switch to post-copy' : 'stop and copy'
  if (ending.decidedAfterRound === lastIndex)
    return [
      lastIndex < ending.afterRound
        ? `after it: decided to ${what}, but the host had begun the next round`
        : `${ending.isWithinRound ? 'cut short' : 'after it'}: ${what}`,
      ...(ending.rule ? [ending.rule] : []),
    ]
  return [
    lastIndex === ending.afterRound
      ? `after it: ${what}, as decided after round ${ending.decidedAfterRound}`
      : 'after it: another round',
  ]
}

/** All that is known of a round, or of several drawn as one, in lines. */
export const roundLines = (
  round: TimelineRound & { readonly lastIndex?: number; readonly peakRatio?: number },
  data: PhaseTimelineData,
): readonly string[] => {
  const lastIndex = round.lastIndex ?? round.index
  const isSeveral = lastIndex > round.index
  const took = round.ms > 0 ? `in ${formatDuration(round.ms)}` : 'in no measurable time'
  const head = [
    nameOf(round, lastIndex),
    `sent ${formatBytes(round.sentBytes)} ${took} at ${perSecond(round.bandwidthBytesPerSecond)}`,
  ]
  if (!round.live) return [...head, 'the VM stands still: nothing is dirtied']
  if (round.countsDirtied === false) {
    const isOver = data.outcome !== 'running'
    return [
      ...head,
      isOver ? 'what it dirtied was not told' : 'what is dirtied meanwhile is told when it is over',
    ]
  }
  const theta = data.switchRatio === null ? '' : ` (theta ${formatRatio(data.switchRatio)})`
  const peak = isSeveral ? `, at most ${formatRatio(round.peakRatio ?? 0)}` : ''
  return [
    ...head,
    `dirtied meanwhile ${formatBytes(round.dirtiedBytes)} at ${perSecond(dirtyRateOf(round))}: ${formatRatio(dirtyRatioOf(round))} of bandwidth${peak}${theta}`,
    ...consequence(round, lastIndex, data),
  ]
}
