import { linearScale, type Scale, ticks } from '../scale.ts'
import type { Box, Hit, Shape, Size } from '../shape.ts'
import type { PhaseTimelineData } from './data.ts'

/** What each lane adds to the picture. */
export interface LaneDrawing {
  readonly shapes: readonly Shape[]
  readonly hits: readonly Hit[]
}

export interface TimelineFrame {
  readonly toX: Scale
  /** The plot without gutter, flags and axis. */
  readonly plot: Box
  readonly endMs: number
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
/** Room above the lanes for the flag that says where pre-copy ended. */
const FLAGS_PX = 22
const AXIS_PX = 24
const LANE_GAP_PX = 6

/** How far predictions may widen the axis once the end is known: a wild early guess must not squeeze what happened. */
const WIDEST_AFTER_END = 1.6

/** The last moment on the time axis, ms since the start. */
export const axisEndMs = (data: PhaseTimelineData): number => {
  const totals = data.predictions.map(prediction => prediction.totalMs)
  const furthest =
    data.outcome === 'running'
      ? Math.max(data.elapsedMs, totals.at(-1) ?? 0)
      : Math.max(data.elapsedMs, Math.min(Math.max(0, ...totals), data.elapsedMs * WIDEST_AFTER_END))
  return Math.max(100, furthest) * 1.04
}

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

/** Where lanes and time lie for `size`. */
export const timelineFrame = (data: PhaseTimelineData, size: Size): TimelineFrame => {
  const plot = {
    x: GUTTER_PX,
    y: FLAGS_PX,
    width: Math.max(40, size.width - GUTTER_PX - RIGHT_PX),
    height: Math.max(100, size.height - FLAGS_PX - AXIS_PX),
  }
  const endMs = axisEndMs(data)
  return {
    toX: linearScale([0, endMs], [plot.x, plot.x + plot.width]),
    plot,
    endMs,
    lanes: stackLanes(plot),
  }
}

const seconds = (ms: number, stepMs: number): string => {
  const digits = Math.min(3, Math.max(0, Math.ceil(-Math.log10(stepMs / 1000) - 1e-9)))
  return (ms / 1000).toFixed(digits)
}

/** Lanes' grounds and names, and the axis in seconds since the start. */
export const drawFrame = (frame: TimelineFrame): readonly Shape[] => {
  const { plot, lanes, toX } = frame
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
  const marks = ticks(frame.endMs, Math.max(2, Math.floor(plot.width / 90)))
  const stepMs = marks[1] ?? frame.endMs
  const axis = marks.flatMap((ms): Shape[] => {
    const x = Math.round(toX(ms)) + 0.5
    return [
      {
        kind: 'path',
        points: [
          [x, plot.y],
          [x, bottom + 4],
        ],
        stroke: 'grid',
      },
      { kind: 'text', x, y: bottom + 13, text: `${seconds(ms, stepMs)} s`, ink: 'muted', align: 'center' },
    ]
  })
  return [
    ...grounds,
    ...axis,
    { kind: 'text', x: 0, y: bottom + 13, text: 'since the start', ink: 'muted', align: 'left' },
  ]
}
