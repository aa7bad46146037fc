import type { Hit, Shape, Size } from '../shape.ts'
import type { TimeWindow } from '../time-window.ts'
import type { PhaseTimelineData } from './data.ts'
import { endingFlag, nowLine, nowWord } from './flags.ts'
import { drawFrame, seenSpan, type TimelineFrame, timelineFrame } from './frame.ts'
import { drawLegend, legendHeight } from './legend.ts'
import { pauseLane } from './pause-lane.ts'
import { postCopyLane } from './post-copy-lane.ts'
import { predictedLane } from './predicted-lane.ts'
import { rateLane } from './rate-lane.ts'
import { roundsLane } from './rounds-lane.ts'

export interface PhaseTimelineLayout {
  readonly shapes: readonly Shape[]
  readonly hits: readonly Hit[]
  readonly frame: TimelineFrame
}

/** How the timeline is looked at. */
export interface TimelineLook {
  /** The stretch of time to show; null for all of it, as it grows. */
  readonly view: TimeWindow | null
  /** The stretch that the cursor stands at. */
  readonly cursor: TimeWindow | null
}

const cursorBand = (cursor: TimeWindow | null, frame: TimelineFrame): readonly Shape[] => {
  const span = cursor && seenSpan(frame, cursor, 3)
  if (!span) return []
  const { y, height } = frame.plot
  return [{ kind: 'rect', ...span, y, height, fill: 'muted', opacity: 0.14 }]
}

/** The phase timeline of one migration: rounds, rates, pause, post-copy and predictions over one time axis. */
export const layoutPhaseTimeline = (
  data: PhaseTimelineData,
  size: Size,
  { view, cursor }: TimelineLook = { view: null, cursor: null },
): PhaseTimelineLayout => {
  const frame = timelineFrame(data, size, view)
  const lanes = [roundsLane, rateLane, pauseLane, postCopyLane, predictedLane].map(lane => lane(data, frame))
  return {
    frame,
    shapes: [
      ...drawFrame(frame, nowWord(data, frame)),
      ...cursorBand(cursor, frame),
      ...nowLine(data, frame),
      ...lanes.flatMap(lane => lane.shapes),
      ...endingFlag(data, frame),
      ...drawLegend(data, size.width, size.height - legendHeight(data, size.width)),
    ],
    hits: lanes.flatMap(lane => lane.hits),
  }
}
