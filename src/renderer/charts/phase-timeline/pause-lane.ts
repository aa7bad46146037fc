import { formatDuration } from '../../../shared/units.ts'
import { type Shape, textWidth } from '../shape.ts'
import type { PhaseTimelineData } from './data.ts'
import type { LaneDrawing, TimelineFrame } from './frame.ts'

/** A pause of 40 ms in a migration of a minute would be thinner than a pixel. */
const MIN_PAUSE_PX = 6

/** The lane of the pause: never thinner than the eye can see, with its length in words. */
export const pauseLane = (data: PhaseTimelineData, frame: TimelineFrame): LaneDrawing => {
  const { pause } = data
  const lane = frame.lanes.pause
  const middle = lane.y + lane.height / 2
  if (!pause) {
    const text = {
      running: 'not yet',
      completed: 'not told',
      cancelled: 'never paused',
      failed: 'never paused',
    }[data.outcome]
    return {
      shapes: [{ kind: 'text', x: lane.x + 6, y: middle, text, ink: 'muted', align: 'left' }],
      hits: [],
    }
  }
  const endMs = pause.endMs ?? data.elapsedMs
  const x = frame.toX(pause.startMs)
  const width = Math.max(MIN_PAUSE_PX, frame.toX(endMs) - x)
  const length = formatDuration(endMs - pause.startMs)
  const text = pause.endMs === null ? `paused for ${length} so far` : `paused ${length}`
  const isRoomRight = x + width + 8 + textWidth(text) < lane.x + lane.width
  const label: Shape = {
    kind: 'text',
    x: isRoomRight ? x + width + 6 : x - 6,
    y: middle,
    text,
    ink: 'pause',
    align: isRoomRight ? 'left' : 'right',
    strong: true,
    halo: 'lane',
  }
  const box = { x, y: lane.y + 3, width, height: lane.height - 6 }
  return { shapes: [{ kind: 'rect', ...box, fill: 'pause' }, label], hits: [{ box, lines: [text] }] }
}
