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
  readonly frame: TimelineFrame
  readonly toY: (value: number) => number
}

const stepLine = ({ bars, toY }: Steps, rateOf: (round: TimelineRound) => number): readonly Point[] =>
  bars.flatMap((bar): Point[] => {
    const y = toY(rateOf(bar))
    return [
      [bar.x, y],
      [bar.x + bar.width, y],
    ]
  })

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

/** How close text may come to the bandwidth line, px. */
const CLEARANCE_PX = 9

/** Beside the round if there is room on either side, else within it. */
const verdictPlace = (text: string, bar: RoundBar, { bars, frame, toY }: Steps) => {
  const { plot, lanes } = frame
  const [start, end] = [bar.x, bar.x + bar.width]
  const room = textWidth(text) + 12
  const lineY = toY(bar.bandwidthBytesPerSecond)
  const rateY = toY(dirtyRateOf(bar))
  const clear = Math.abs(rateY - lineY) < CLEARANCE_PX ? lineY + CLEARANCE_PX + 2 : rateY
  const y = Math.min(Math.max(clear, lanes.rate.y + 8), lanes.rate.y + lanes.rate.height - 8)
  if (end + room < plot.x + plot.width) return { x: end + 8, y, align: 'left' } as const
  const before = bars[bars.indexOf(bar) - 1]
  const beforeY = before ? toY(dirtyRateOf(before)) : Number.POSITIVE_INFINITY
  const besideY = Math.abs(beforeY - y) < CLEARANCE_PX ? beforeY - CLEARANCE_PX - 2 : y
  if (start - room > plot.x) return { x: start - 8, y: besideY, align: 'right' } as const
  return { x: end - 8, y: Math.max(y - 12, lanes.rate.y + 8), align: 'right' } as const
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
  const place = verdictPlace(text, bar, steps)
  return [{ kind: 'text', ...place, text, ink: 'dirtied', strong: true, halo: 'lane' }]
}

const switchLine = (steps: Steps, switchRatio: number, bandwidth: number): readonly Shape[] => {
  const lane = steps.frame.lanes.rate
  const y = steps.toY(switchRatio * bandwidth)
  const text = `switch line (theta): ${formatRatio(switchRatio)} of bandwidth`
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
    { kind: 'text', x: lane.x + 6, y: y - 8, text, ink: 'threshold', align: 'left', halo: 'lane' },
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
    bars: roundBars(rounds, frame, data.ending?.afterRound),
    frame,
    toY: linearScale([0, top], [lane.y + lane.height, lane.y]),
  }
  const bandwidth = rounds.at(-1)?.bandwidthBytesPerSecond ?? 0
  if (bandwidth === 0) return { shapes: [], hits: [] }
  return {
    shapes: [
      ...scaleMarks(top, steps),
      ...(data.switchRatio === null ? [] : excess(steps, data.switchRatio)),
      {
        kind: 'path',
        points: stepLine(steps, round => round.bandwidthBytesPerSecond),
        stroke: 'sent',
        width: 2,
      },
      { kind: 'path', points: stepLine(steps, dirtyRateOf), stroke: 'dirtied', width: 2.5, dash: [2, 2] },
      ...(data.switchRatio === null ? [] : switchLine(steps, data.switchRatio, bandwidth)),
      ...verdict(steps, data),
    ],
    hits: [],
  }
}
