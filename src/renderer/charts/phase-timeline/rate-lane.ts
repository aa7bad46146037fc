import { formatRatio, MIB, threeFigures } from '../../../shared/units.ts'
import { linearScale, roundStep } from '../scale.ts'
import { type Point, type Shape, textWidth } from '../shape.ts'
import { dirtyRateOf, dirtyRatioOf, type PhaseTimelineData, type TimelineRound } from './data.ts'
import type { LaneDrawing, TimelineFrame } from './frame.ts'

const perSecond = (bytes: number): string => `${threeFigures(bytes / MIB)} MiB/s`

interface Steps {
  readonly rounds: readonly TimelineRound[]
  readonly frame: TimelineFrame
  readonly toY: (value: number) => number
}

const stepLine = (
  { rounds, frame, toY }: Steps,
  rateOf: (round: TimelineRound) => number,
): readonly Point[] =>
  rounds.flatMap((round): Point[] => {
    const y = toY(rateOf(round))
    return [
      [frame.toX(round.startMs), y],
      [frame.toX(round.startMs + round.ms), y],
    ]
  })

/** The part of each round's dirty rate above the switch line, filled: the picture of "it can no longer converge". */
const excess = ({ rounds, frame, toY }: Steps, switchRatio: number): readonly Shape[] =>
  rounds
    .filter(round => !round.partial && dirtyRatioOf(round) >= switchRatio)
    .map(round => {
      const [x, end] = [frame.toX(round.startMs), frame.toX(round.startMs + round.ms)]
      const [top, bottom] = [toY(dirtyRateOf(round)), toY(round.bandwidthBytesPerSecond * switchRatio)]
      return {
        kind: 'rect',
        x,
        y: top,
        width: Math.max(2, end - x),
        height: Math.max(1, bottom - top),
        fill: 'dirtied',
        opacity: 0.35,
      }
    })

/** How close text may come to the bandwidth line, px. */
const CLEARANCE_PX = 9

/** Beside the round if there is room on either side, else within it. */
const verdictPlace = (text: string, round: TimelineRound, { rounds, frame, toY }: Steps) => {
  const { plot, lanes, toX } = frame
  const [start, end] = [toX(round.startMs), toX(round.startMs + round.ms)]
  const room = textWidth(text) + 12
  const lineY = toY(round.bandwidthBytesPerSecond)
  const rateY = toY(dirtyRateOf(round))
  const clear = Math.abs(rateY - lineY) < CLEARANCE_PX ? lineY + CLEARANCE_PX + 2 : rateY
  const y = Math.min(Math.max(clear, lanes.rate.y + 8), lanes.rate.y + lanes.rate.height - 8)
  if (end + room < plot.x + plot.width) return { x: end + 8, y, align: 'left' } as const
  const before = rounds[rounds.indexOf(round) - 1]
  const beforeY = before ? toY(dirtyRateOf(before)) : Number.POSITIVE_INFINITY
  const besideY = Math.abs(beforeY - y) < CLEARANCE_PX ? beforeY - CLEARANCE_PX - 2 : y
  if (start - room > plot.x) return { x: start - 8, y: besideY, align: 'right' } as const
  return { x: end - 8, y: Math.max(y - 12, lanes.rate.y + 8), align: 'right' } as const
}

/** The figure that decided, written at the last whole round: its dirty rate as a share of bandwidth against the line. */
const verdict = (steps: Steps, switchRatio: number | null): readonly Shape[] => {
  const last = steps.rounds.findLast(round => !round.partial)
  if (!last) return []
  const ratio = dirtyRatioOf(last)
  const side = switchRatio === null ? '' : ratio >= switchRatio ? ', above the line' : ', below the line'
  const text = `round ${last.index}: dirty ${formatRatio(ratio)} of bandwidth${side}`
  const place = verdictPlace(text, last, steps)
  return [{ kind: 'text', ...place, text, ink: 'dirtied', strong: true, halo: 'lane' }]
}

const switchLine = (steps: Steps, switchRatio: number, bandwidth: number): readonly Shape[] => {
  const lane = steps.frame.lanes.rate
  const y = steps.toY(switchRatio * bandwidth)
  const text = `switch line: ${formatRatio(switchRatio)} of bandwidth`
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

/** The lane of rates: what the link carried against what the guest wrote, round by round, and the switch line. */
export const rateLane = (data: PhaseTimelineData, frame: TimelineFrame): LaneDrawing => {
  const lane = frame.lanes.rate
  const rounds = data.rounds.filter(round => round.live && round.ms > 0)
  const highest = Math.max(
    MIB,
    ...rounds.map(round => Math.max(round.bandwidthBytesPerSecond, dirtyRateOf(round))),
  )
  const top = highest * 1.15
  const steps: Steps = { rounds, frame, toY: linearScale([0, top], [lane.y + lane.height, lane.y]) }
  const step = roundStep(top / MIB / 3) * MIB
  const scaleMarks = [1, 2, 3]
    .map(n => n * step)
    .filter(value => value <= top)
    .map(
      (value): Shape => ({
        kind: 'text',
        x: lane.x - 6,
        y: Math.max(lane.y + 6, steps.toY(value)),
        text: threeFigures(value / MIB),
        ink: 'muted',
        align: 'right',
      }),
    )
  const bandwidth = rounds.at(-1)?.bandwidthBytesPerSecond ?? 0
  const bandwidthLine = stepLine(steps, round => round.bandwidthBytesPerSecond)
  const dirtyLine = stepLine(steps, dirtyRateOf)
  return {
    shapes: [
      ...scaleMarks,
      ...(data.switchRatio === null ? [] : excess(steps, data.switchRatio)),
      ...(bandwidthLine.length > 0
        ? ([
            { kind: 'path', points: bandwidthLine, stroke: 'sent', width: 2 },
            { kind: 'path', points: dirtyLine, stroke: 'dirtied', width: 2.5, dash: [2, 2] },
          ] as const)
        : []),
      ...(data.switchRatio !== null && bandwidth > 0 ? switchLine(steps, data.switchRatio, bandwidth) : []),
      ...verdict(steps, data.switchRatio),
    ],
    hits: rounds.map(round => ({
      box: {
        x: frame.toX(round.startMs),
        y: lane.y,
        width: Math.max(4, frame.toX(round.startMs + round.ms) - frame.toX(round.startMs)),
        height: lane.height,
      },
      lines: [
        `Round ${round.index}`,
        `bandwidth ${perSecond(round.bandwidthBytesPerSecond)}`,
        `dirty rate ${perSecond(dirtyRateOf(round))}: ${formatRatio(dirtyRatioOf(round))} of bandwidth`,
      ],
    })),
  }
}
