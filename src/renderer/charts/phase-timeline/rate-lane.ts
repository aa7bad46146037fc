import { formatRatio, MIB, threeFigures } from '../../../shared/units.ts'
import { linearScale, roundStep } from '../scale.ts'
import { type Point, type Shape, textWidth } from '../shape.ts'
import {
  decidingRound,
  dirtyRateOf,
  dirtyRatioOf,
  type PhaseTimelineData,
  type TimelineRound,
} from './data.ts'
import type { LaneDrawing, TimelineFrame } from './frame.ts'
import { type RoundBar, roundBars } from './round-bars.ts'

interface Steps {
  readonly bars: readonly RoundBar[]
  /** Of the latest round, seen or not. */
  readonly bandwidthBytesPerSecond: number
  readonly frame: TimelineFrame
  readonly toY: (value: number) => number
}

/** Between rounds further apart than this nothing was sent, and no line is drawn. */
const LEAST_GAP_PX = 3

/** One line for each run of rounds that follow each other. */
const stepLines = (
  { bars, toY }: Steps,
  rateOf: (round: TimelineRound) => number,
): readonly (readonly Point[])[] => {
  const lines: Point[][] = []
  let endX = Number.NEGATIVE_INFINITY
  for (const bar of bars) {
    const y = toY(rateOf(bar))
    if (Math.abs(bar.x - endX) > LEAST_GAP_PX) lines.push([])
    endX = bar.x + bar.width
    lines.at(-1)?.push([bar.x, y], [endX, y])
  }
  return lines
}

/** The part of each round's dirty rate above the switch line, filled: the picture of "it can no longer converge". */
const excess = ({ bars, toY }: Steps, switchRatio: number): readonly Shape[] =>
  bars
    .filter(bar => !bar.partial && bar.peakRatio >= switchRatio)
    .map(({ x, width, peakRatio, bandwidthBytesPerSecond }) => {
      const [top, bottom] = [
        toY(bandwidthBytesPerSecond * peakRatio),
        toY(bandwidthBytesPerSecond * switchRatio),
      ]
      return {
        kind: 'rect',
        x,
        y: top,
        width,
        height: Math.max(1, bottom - top),
        fill: 'dirtied',
        opacity: 0.35,
      }
    })

/** How close text may come to a line, px. */
const CLEARANCE_PX = 9

interface Span {
  readonly from: number
  readonly to: number
}

/** The lines that cross a stretch of the lane, and the words upon the switch line. */
const linesAcross = (steps: Steps, { from, to }: Span, switchRatio: number | null): readonly number[] => {
  const { bars, toY } = steps
  const crossing = bars.filter(bar => bar.x < to && bar.x + bar.width > from)
  const rates = crossing.flatMap(bar => [toY(bar.bandwidthBytesPerSecond), toY(dirtyRateOf(bar))])
  const line = switchRatio === null ? undefined : switchLineAt(steps, switchRatio)
  if (!line) return rates
  return from < line.textEnd ? [...rates, line.y, line.textY] : [...rates, line.y]
}

/** Beside the round if there is room on either side, else within it; at a height where no line runs through the words. */
const verdictPlace = (text: string, bar: RoundBar, { steps, switchRatio }: VerdictGround) => {
  const { plot, lanes } = steps.frame
  const [start, end] = [bar.x, bar.x + bar.width]
  const width = textWidth(text)
  const isRight = end + 12 + width < plot.x + plot.width
  const isLeft = !isRight && start - 12 - width > plot.x
  const x = isRight ? end + 8 : (isLeft ? start : end) - 8
  const span = isRight ? { from: x, to: x + width } : { from: x - width, to: x }
  const across = linesAcross(steps, span, switchRatio)
  const [top, bottom] = [lanes.rate.y + 8, lanes.rate.y + lanes.rate.height - 8]
  const wished = steps.toY(dirtyRateOf(bar))
  const y = [wished, wished - 11, wished + 11, wished + 20, bottom, top].find(
    candidate =>
      candidate >= top &&
      candidate <= bottom &&
      across.every(line => Math.abs(line - candidate) >= CLEARANCE_PX),
  )
  return { x, y: y ?? bottom, align: isRight ? 'left' : 'right' } as const
}

interface VerdictGround {
  readonly steps: Steps
  readonly switchRatio: number | null
}

/** The figure that decided, or the latest: a round's dirty rate as a share of bandwidth against the line. */
const verdict = (steps: Steps, data: PhaseTimelineData): readonly Shape[] => {
  const round = decidingRound(data) ?? data.rounds.findLast(one => one.live && !one.partial)
  const bar = steps.bars.find(one => round && one.index <= round.index && round.index <= one.lastIndex)
  if (!round || !bar) return []
  const ratio = dirtyRatioOf(round)
  const side =
    data.switchRatio === null ? '' : ratio >= data.switchRatio ? ', above the line' : ', below the line'
  const text = `round ${round.index}: dirty ${formatRatio(ratio)} of bandwidth${side}`
  const place = verdictPlace(text, bar, { steps, switchRatio: data.switchRatio })
  return [{ kind: 'text', ...place, text, ink: 'dirtied', strong: true, halo: 'lane' }]
}

/** Where the switch line of the latest bandwidth lies, and the words upon it. */
const switchLineAt = ({ bandwidthBytesPerSecond, frame, toY }: Steps, switchRatio: number) => {
  const lane = frame.lanes.rate
  const y = toY(switchRatio * bandwidthBytesPerSecond)
  const text = `switch line (theta): ${formatRatio(switchRatio)} of bandwidth`
  return { y, text, textX: lane.x + 6, textY: y - 8, textEnd: lane.x + 6 + textWidth(text) }
}

const switchLine = (steps: Steps, switchRatio: number): readonly Shape[] => {
  const lane = steps.frame.lanes.rate
  const { y, text, textX, textY } = switchLineAt(steps, switchRatio)
  return [
    {
      kind: 'path',
      points: [
        [lane.x, y],
        [lane.x + lane.width, y],
      ],
      stroke: 'threshold',
      width: 1.5,
      dash: [6, 4],
    },
    { kind: 'text', x: textX, y: textY, text, ink: 'threshold', align: 'left', halo: 'lane' },
  ]
}

const scaleMarks = (top: number, { frame, toY }: Steps): readonly Shape[] => {
  const lane = frame.lanes.rate
  const step = roundStep(top / MIB / 3) * MIB
  return [1, 2, 3]
    .map(n => n * step)
    .filter(value => value <= top)
    .map(value => ({
      kind: 'text',
      x: lane.x - 6,
      y: Math.max(lane.y + 6, toY(value)),
      text: threeFigures(value / MIB),
      ink: 'muted',
      align: 'right',
    }))
}

/** The lane of rates: what the link carried against what the guest wrote, round by round, and the switch line. */
export const rateLane = (data: PhaseTimelineData, frame: TimelineFrame): LaneDrawing => {
  const lane = frame.lanes.rate
  const rounds = data.rounds.filter(round => round.live && round.ms > 0)
  // One scale for all rounds, seen or not: the lines must not jump while the view is moved.
  const highest = rounds.reduce(
    (most, round) => Math.max(most, round.bandwidthBytesPerSecond, dirtyRateOf(round)),
    MIB,
  )
  const top = highest * 1.15
  const steps: Steps = {
    bars: roundBars(rounds, frame, data.ending?.decidedAfterRound),
    // A round under way is measured over moments: a line that followed it would jump.
    bandwidthBytesPerSecond:
      (rounds.findLast(round => !round.partial) ?? rounds.at(-1))?.bandwidthBytesPerSecond ?? 0,
    frame,
    toY: linearScale([0, top], [lane.y + lane.height, lane.y]),
  }
  if (rounds.length === 0) {
    const [x, y] = [lane.x + 6, lane.y + lane.height / 2]
    const isAhead = data.rounds.length > 0 || data.diskCopy !== null
    const text = data.outcome === 'running' && isAhead ? 'not yet' : 'no rates without rounds'
    return { shapes: [{ kind: 'text', x, y, text, ink: 'muted', align: 'left' }], hits: [] }
  }
  return {
    shapes: [
      ...scaleMarks(top, steps),
      ...(data.switchRatio === null ? [] : excess(steps, data.switchRatio)),
      ...stepLines(steps, round => round.bandwidthBytesPerSecond).map(
        (points): Shape => ({ kind: 'path', points, stroke: 'sent', width: 2 }),
      ),
      ...stepLines(
        { ...steps, bars: steps.bars.filter(bar => bar.countsDirtied !== false) },
        dirtyRateOf,
      ).map((points): Shape => ({ kind: 'path', points, stroke: 'dirtied', width: 2.5, dash: [2, 2] })),
      ...(data.switchRatio === null ? [] : switchLine(steps, data.switchRatio)),
      ...verdict(steps, data),
    ],
    hits: [],
  }
}
