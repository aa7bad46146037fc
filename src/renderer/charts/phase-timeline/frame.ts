import { linearScale, type Scale, ticksBetween } from '../scale.ts'
import { type Box, type Hit, type Shape, type Size, textWidth } from '../shape.ts'
import type { TimeWindow } from '../time-window.ts'
import type { PhaseTimelineData } from './data.ts'
import { legendHeight } from './legend.ts'

/** What each lane adds to the picture. */
export interface LaneDrawing {
  readonly shapes: readonly Shape[]
  readonly hits: readonly Hit[]
}

export interface TimelineFrame {
  readonly toX: Scale
  /** The plot without gutter, flags, axis and legend. */
  readonly plot: Box
  /** What the plot shows of the whole axis. */
  readonly view: TimeWindow
  readonly whole: TimeWindow
  readonly lanes: Readonly<Record<LaneName, Box>>
}

const laneNames = ['rounds', 'rate', 'pause', 'postCopy', 'predicted'] as const
type LaneName = (typeof laneNames)[number]

const LABELS: Readonly<Record<LaneName, readonly [string, string]>> = {
  rounds: ['Rounds', 'sent / dirtied'],
  rate: ['Rate', 'MiB/s'],
  pause: ['Pause', 'VM stands still'],
  postCopy: ['Post-copy', 'pushed, faults'],
  predicted: ['Predicted end', 'after each round'],
}
/** Shares of the height. */
const WEIGHTS: Readonly<Record<LaneName, number>> = {
  rounds: 66,
  rate: 100,
  pause: 30,
  postCopy: 66,
  predicted: 66,
}

const GUTTER_PX = 132
const RIGHT_PX = 14
/** Room above the lanes for the flag that says where pre-copy ended, and why. */
const FLAGS_PX = 40
const AXIS_PX = 24
/** The strip that shows which part of the whole is seen. */
const OVERVIEW_PX = 4
const LANE_GAP_PX = 6

/** How far predictions may widen the axis once the end is known: a wild early guess must not squeeze what happened. */
const WIDEST_AFTER_END = 1.6

/** The last moment on the time axis, ms since the start. */
export const axisEndMs = (data: PhaseTimelineData): number => {
  const totals = data.predictions.map(prediction => prediction.totalMs)
  const lastRound = data.rounds.at(-1)
  // A clock that was set back can end a migration before its own rounds.
  const known = Math.max(data.elapsedMs, lastRound ? lastRound.startMs + lastRound.ms : 0)
  const furthest =
    data.outcome === 'running'
      ? Math.max(known, totals.at(-1) ?? 0)
      : Math.max(known, Math.min(Math.max(0, ...totals), known * WIDEST_AFTER_END))
  return Math.max(100, furthest) * 1.04
}

/** The whole time axis; it begins before the start only where a clock was set back. */
export const axisOf = (data: PhaseTimelineData): TimeWindow => ({
  fromMs: data.rounds.reduce((first, round) => Math.min(first, round.startMs), 0),
  toMs: axisEndMs(data),
})

const stackLanes = (plot: Box): Readonly<Record<LaneName, Box>> => {
  const total = laneNames.reduce((sum, name) => sum + WEIGHTS[name], 0)
  const room = plot.height - LANE_GAP_PX * (laneNames.length - 1)
  let y = plot.y
  const box = (name: LaneName): Box => {
    const height = (room * WEIGHTS[name]) / total
    const lane = { x: plot.x, y, width: plot.width, height }
    y += height + LANE_GAP_PX
    return lane
  }
  return {
    rounds: box('rounds'),
    rate: box('rate'),
    pause: box('pause'),
    postCopy: box('postCopy'),
    predicted: box('predicted'),
  }
}

/** Where lanes and time lie for `size`; `view` is the stretch to show, null for all of it. */
export const timelineFrame = (
  data: PhaseTimelineData,
  size: Size,
  view: TimeWindow | null,
): TimelineFrame => {
  const below = AXIS_PX + OVERVIEW_PX + legendHeight(data, size.width)
  const plot = {
    x: GUTTER_PX,
    y: FLAGS_PX,
    width: Math.max(40, size.width - GUTTER_PX - RIGHT_PX),
    height: Math.max(100, size.height - FLAGS_PX - below),
  }
  const whole = axisOf(data)
  const shown = view ?? whole
  return {
    toX: linearScale([shown.fromMs, shown.toMs], [plot.x, plot.x + plot.width]),
    plot,
    view: shown,
    whole,
    lanes: stackLanes(plot),
  }
}

/** Where a stretch of time lies within the plot, at least `leastPx` wide; null where none of it is seen. */
export const seenSpan = (
  { plot, toX }: TimelineFrame,
  { fromMs, toMs }: TimeWindow,
  leastPx: number,
): { readonly x: number; readonly width: number } | null => {
  const right = plot.x + plot.width
  const [start, end] = [toX(fromMs), toX(toMs)]
  if (end < plot.x || start > right) return null
  const width = Math.max(leastPx, Math.min(end, right) - Math.max(start, plot.x))
  return { x: Math.min(Math.max(start, plot.x), right - Math.min(width, plot.width)), width }
}

/** Whether a moment lies within the plot. */
export const isSeen = ({ view }: TimelineFrame, atMs: number): boolean =>
  atMs >= view.fromMs && atMs <= view.toMs

const seconds = (ms: number, stepMs: number): string => {
  const digits = Math.min(3, Math.max(0, Math.ceil(-Math.log10(stepMs / 1000) - 1e-9)))
  return (ms / 1000).toFixed(digits)
}

/** Which part of the whole axis is seen: a thin strip below the axis. */
const overview = ({ plot, view, whole }: TimelineFrame): readonly Shape[] => {
  const toX = linearScale([whole.fromMs, whole.toMs], [plot.x, plot.x + plot.width])
  const strip = { y: plot.y + plot.height + AXIS_PX - 1, height: OVERVIEW_PX - 1 }
  const [from, to] = [toX(view.fromMs), toX(view.toMs)]
  return [
    { kind: 'rect', x: plot.x, width: plot.width, ...strip, fill: 'lane' },
    { kind: 'rect', x: from, width: Math.max(3, to - from), ...strip, fill: 'axis' },
  ]
}

/** A stretch of the axis that has words already: their middle and width. */
interface Taken {
  readonly x: number
  readonly width: number
}

/** Between two words on the axis. */
const WORD_GAP_PX = 6

/** Lanes' grounds and names, and the axis in seconds since the start, its ticks clear of what is `taken`. */
export const drawFrame = (frame: TimelineFrame, taken: Taken | null): readonly Shape[] => {
  const { plot, lanes, toX, view } = frame
  const bottom = plot.y + plot.height
  const grounds = laneNames.flatMap((name): Shape[] => {
    const lane = lanes[name]
    const [title, detail] = LABELS[name]
    const middle = lane.y + Math.min(lane.height / 2, 26)
    const label = { kind: 'text', x: 0, align: 'left' } as const
    return [
      { kind: 'rect', ...lane, fill: 'lane' },
      { ...label, y: middle - 7, text: title, ink: 'text', strong: true },
      { ...label, y: middle + 7, text: detail, ink: 'muted' },
    ]
  })
  const marks = ticksBetween(view.fromMs, view.toMs, Math.max(2, Math.floor(plot.width / 90)))
  const stepMs = (marks[1] ?? view.toMs) - (marks[0] ?? 0)
  const axisText = (x: number, text: string): Shape => ({
    kind: 'text',
    x,
    y: bottom + 13,
    text,
    ink: 'muted',
    align: 'center',
  })
  const isClear = (x: number, text: string) =>
    !taken || Math.abs(x - taken.x) >= (textWidth(text) + taken.width) / 2 + WORD_GAP_PX
  const axis = marks.flatMap((ms): Shape[] => {
    const x = Math.round(toX(ms)) + 0.5
    const text = `${seconds(ms, stepMs)} s`
    return [
      {
        kind: 'path',
        points: [
          [x, plot.y],
          [x, bottom + 4],
        ],
        stroke: 'grid',
      },
      ...(isClear(x, text) ? [axisText(x, text)] : []),
    ]
  })
  return [
    ...grounds,
    ...axis,
    { kind: 'text', x: 0, y: bottom + 13, text: 'since the start', ink: 'muted', align: 'left' },
    ...overview(frame),
  ]
}
