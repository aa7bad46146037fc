import { formatBytes } from '../../../shared/units.ts'
import { type Shape, textWidth } from '../shape.ts'
import type { PhaseTimelineData, TimelineRound } from './data.ts'
import { diskSpan } from './disk-span.ts'
import type { LaneDrawing, TimelineFrame } from './frame.ts'
import { type RoundBar, roundBars } from './round-bars.ts'
import { roundLines } from './round-words.ts'

/** Bars narrower than this lose the gap between them. */
const GAP_FROM_PX = 4

/** Pages dirtied while sending over pages sent: the height of the hatched bar against the solid one. */
const dirtiedShare = (round: TimelineRound): number =>
  round.sentBytes > 0 ? round.dirtiedBytes / round.sentBytes : 0

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

const sentBar = (bar: RoundBar, top: number, height: number): readonly Shape[] => {
  const sent = formatBytes(bar.sentBytes)
  const short = sent.replace(' GiB', ' G').replace(' MiB', ' M')
  const long = bar.live ? `round ${bar.index}: ${sent}` : `paused: ${sent}`
  const text = [long, sent, short].find(words => textWidth(words) + 6 <= bar.width) ?? short
  return [
    {
      kind: 'rect',
      x: bar.x,
      y: top,
      width: bar.width,
      height,
      fill: bar.live ? 'sent' : 'pause',
      opacity: bar.partial ? 0.75 : 1,
    },
    ...label(text, bar.width, {
      x: bar.x + bar.width / 2,
      y: top + height / 2,
      align: 'center',
      ink: 'onSent',
      strong: true,
    }),
  ]
}

const dirtiedBar = (bar: RoundBar, top: number, height: number): readonly Shape[] => {
  if (!bar.live || bar.dirtiedBytes <= 0) return []
  const dirtied = Math.max(1.5, height * Math.min(1, dirtiedShare(bar)))
  const place = { x: bar.x + bar.width / 2, y: top + height / 2 }
  return [
    {
      kind: 'rect',
      x: bar.x,
      y: top,
      width: bar.width,
      height: dirtied,
      hatch: 'dirtied',
      stroke: 'dirtied',
    },
    ...dirtiedLabel(formatBytes(bar.dirtiedBytes), place, bar.width),
  ]
}

/** Solid bars upward for what rounds sent, hatched ones downward for the share of it that was dirtied again. */
const drawBars = (bars: readonly RoundBar[], frame: TimelineFrame): readonly Shape[] => {
  const lane = frame.lanes.rounds
  const middle = lane.y + lane.height / 2
  const half = lane.height / 2 - 2
  const thinned = bars.map(bar => ({ ...bar, width: bar.width - (bar.width > GAP_FROM_PX ? 1 : 0) }))
  return [
    ...thinned.flatMap(bar => sentBar(bar, middle - half, half)),
    ...thinned.flatMap(bar => dirtiedBar(bar, middle + 1, half)),
  ]
}

/** The lane of rounds: one pair of bars a round over the time it took. Pointing at one tells of its rates, too. */
export const roundsLane = (data: PhaseTimelineData, frame: TimelineFrame): LaneDrawing => {
  const { rounds: lane, rate } = frame.lanes
  const middle = lane.y + lane.height / 2
  const disk = diskSpan(data, frame)
  if (data.rounds.length === 0 && data.diskCopy) return disk
  if (data.rounds.length === 0)
    return {
      shapes: [
        { kind: 'text', x: lane.x + 6, y: middle, text: data.roundsNote, ink: 'muted', align: 'left' },
      ],
      hits: [],
    }
  const bars = roundBars(data.rounds, frame, data.ending?.decidedAfterRound)
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
      ...disk.shapes,
      ...drawBars(bars, frame),
    ],
    hits: [
      ...disk.hits,
      ...bars.map(bar => ({
        box: { x: bar.x, y: lane.y, width: Math.max(4, bar.width), height: rate.y + rate.height - lane.y },
        lines: roundLines(bar, data),
      })),
    ],
  }
}
