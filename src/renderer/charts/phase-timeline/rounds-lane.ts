import { formatBytes, formatDuration, formatRatio } from '../../../shared/units.ts'
import { type Hit, type Shape, textWidth } from '../shape.ts'
import type { PhaseTimelineData, TimelineRound } from './data.ts'
import type { LaneDrawing, TimelineFrame } from './frame.ts'

/** Bars narrower than this lose the gap between them. */
const GAP_FROM_PX = 4

/** Pages dirtied while sending over pages sent: the height of the hatched bar against the solid one. */
const dirtiedShare = (round: TimelineRound): number =>
  round.sentBytes > 0 ? round.dirtiedBytes / round.sentBytes : 0

const hitLines = (round: TimelineRound): readonly string[] => [
  round.live
    ? `Round ${round.index}${round.partial ? ', under way' : ''}`
    : `Stop and copy, pass ${round.index}`,
  `sent ${formatBytes(round.sentBytes)} in ${formatDuration(round.ms)}`,
  round.live
    ? `dirtied meanwhile ${formatBytes(round.dirtiedBytes)}: ${formatRatio(dirtiedShare(round))} of what was sent`
    : 'the VM stands still: nothing is dirtied',
]

const label = (
  text: string,
  room: number,
  shape: Omit<Extract<Shape, { kind: 'text' }>, 'kind' | 'text'>,
): Shape[] => (textWidth(text) + 6 <= room ? [{ kind: 'text', text, ...shape }] : [])

/** On a plate of its own: text upon hatching cannot be read. */
const dirtiedLabel = (
  text: string,
  at: { readonly x: number; readonly y: number },
  room: number,
): Shape[] => {
  const width = textWidth(text)
  if (width + 6 > room) return []
  return [
    { kind: 'rect', x: at.x - width / 2, y: at.y - 7, width, height: 14, fill: 'lane' },
    { kind: 'text', ...at, text, ink: 'text', align: 'center' },
  ]
}

/** A solid bar upward for what a round sent, a hatched one downward for the share of it that was dirtied again. */
const drawRound = (round: TimelineRound, frame: TimelineFrame): { shapes: Shape[]; hit: Hit } => {
  const lane = frame.lanes.rounds
  const x = frame.toX(round.startMs)
  const end = frame.toX(round.startMs + round.ms)
  const width = Math.max(2, end - x - (end - x > GAP_FROM_PX ? 1 : 0))
  const middle = lane.y + lane.height / 2
  const half = lane.height / 2 - 2
  const dirtied = half * Math.min(1, dirtiedShare(round))
  const centre = { x: x + width / 2, align: 'center' } as const
  const sent = formatBytes(round.sentBytes)
  const short = sent.replace(' GiB', ' G').replace(' MiB', ' M')
  const sentLabel = round.live ? sent : `paused: ${sent}`
  const fits = textWidth(sentLabel) + 6 <= width ? sentLabel : short
  const shapes: Shape[] = [
    {
      kind: 'rect',
      x,
      y: middle - half,
      width,
      height: half,
      fill: round.live ? 'sent' : 'pause',
      opacity: round.partial ? 0.75 : 1,
    },
    ...label(fits, width, { ...centre, y: middle - half / 2, ink: 'onSent', strong: true }),
  ]
  if (round.live && round.dirtiedBytes > 0)
    shapes.push(
      {
        kind: 'rect',
        x,
        y: middle + 1,
        width,
        height: Math.max(1.5, dirtied),
        hatch: 'dirtied',
        stroke: 'dirtied',
      },
      ...dirtiedLabel(formatBytes(round.dirtiedBytes), { x: centre.x, y: middle + 1 + half / 2 }, width),
    )
  const hitX = Math.min(x, frame.plot.x + frame.plot.width - 4)
  return {
    shapes,
    hit: {
      box: { x: hitX, y: lane.y, width: Math.max(4, width), height: lane.height },
      lines: hitLines(round),
    },
  }
}

/** The lane of rounds: one pair of bars a round over the time it took. */
export const roundsLane = (data: PhaseTimelineData, frame: TimelineFrame): LaneDrawing => {
  const lane = frame.lanes.rounds
  const middle = lane.y + lane.height / 2
  const drawn = data.rounds.map(round => drawRound(round, frame))
  return {
    shapes: [
      {
        kind: 'path',
        points: [
          [lane.x, middle],
          [lane.x + lane.width, middle],
        ],
        stroke: 'axis',
      },
      ...drawn.flatMap(one => one.shapes),
    ],
    hits: drawn.map(one => one.hit),
  }
}
