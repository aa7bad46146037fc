import { formatDuration } from '../../../shared/units.ts'
import { type Hit, type Shape, type Size, textWidth } from '../shape.ts'
import type { PhaseTimelineData } from './data.ts'
import { drawFrame, type TimelineFrame, timelineFrame } from './frame.ts'
import { pauseLane } from './pause-lane.ts'
import { postCopyLane } from './post-copy-lane.ts'
import { predictedLane } from './predicted-lane.ts'
import { rateLane } from './rate-lane.ts'
import { roundsLane } from './rounds-lane.ts'

export interface PhaseTimelineLayout {
  readonly shapes: readonly Shape[]
  readonly hits: readonly Hit[]
}

/** A line through all lanes with a flag above them. */
const flag = (atMs: number, text: string, frame: TimelineFrame): readonly Shape[] => {
  const { plot } = frame
  const x = Math.round(frame.toX(atMs)) + 0.5
  const half = textWidth(text) / 2 + 6
  const centre = Math.min(Math.max(x, plot.x + half), plot.x + plot.width - half)
  return [
    {
      kind: 'path',
      points: [
        [x, plot.y - 4],
        [x, plot.y + plot.height],
      ],
      stroke: 'threshold',
      width: 1.5,
    },
    { kind: 'rect', x: centre - half, y: 1, width: half * 2, height: 17, fill: 'lane', stroke: 'threshold' },
    { kind: 'text', x: centre, y: 10, text, ink: 'text', align: 'center', strong: true },
  ]
}

const endingFlag = (data: PhaseTimelineData, frame: TimelineFrame): readonly Shape[] => {
  if (!data.ending) return []
  const isSwitch = data.ending.kind === 'post-copy'
  if (!data.pause) return flag(data.ending.atMs, `${isSwitch ? 'switch' : 'stop and copy'} decided`, frame)
  const what = isSwitch ? 'switched to post-copy' : 'stop and copy'
  return flag(data.ending.atMs, `${what} after round ${data.ending.afterRound}`, frame)
}

/** Where the migration is now, or where it ended. */
const nowLine = (data: PhaseTimelineData, frame: TimelineFrame): readonly Shape[] => {
  const { plot } = frame
  const x = Math.round(frame.toX(data.elapsedMs)) + 0.5
  const word = data.outcome === 'running' ? 'now' : data.outcome
  const text = `${word} ${formatDuration(data.elapsedMs)}`
  const half = textWidth(text) / 2
  return [
    {
      kind: 'path',
      points: [
        [x, plot.y],
        [x, plot.y + plot.height + 4],
      ],
      stroke: 'actual',
      ...(data.outcome === 'running' ? { dash: [1, 3] } : { width: 1.5 }),
    },
    {
      kind: 'text',
      x: Math.min(x, plot.x + plot.width - half),
      y: plot.y + plot.height + 13,
      text,
      ink: 'text',
      align: 'center',
      strong: true,
      halo: 'background',
    },
  ]
}

/** The phase timeline of one migration: rounds, rates, pause, post-copy and predictions over one time axis. */
export const layoutPhaseTimeline = (data: PhaseTimelineData, size: Size): PhaseTimelineLayout => {
  const frame = timelineFrame(data, size)
  const lanes = [roundsLane, rateLane, pauseLane, postCopyLane, predictedLane].map(lane => lane(data, frame))
  return {
    shapes: [
      ...drawFrame(frame),
      ...nowLine(data, frame),
      ...endingFlag(data, frame),
      ...lanes.flatMap(lane => lane.shapes),
    ],
    hits: lanes.flatMap(lane => lane.hits),
  }
}
