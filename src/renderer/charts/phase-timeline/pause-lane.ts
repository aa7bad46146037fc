import { formatDuration } from '../../../shared/units.ts'
import { type Shape, textWidth } from '../shape.ts'
import type { PhaseTimelineData } from './data.ts'
import { type LaneDrawing, seenSpan, type TimelineFrame } from './frame.ts'

/** A pause of 40 ms in a migration of a minute would be thinner than a pixel. */
const MIN_PAUSE_PX = 6

/** The pause in words, or why there is none. */
export const pauseText = ({ pause, outcome, predictions, elapsedMs }: PhaseTimelineData): string => {
  if (pause) {
    const length = formatDuration((pause.endMs ?? elapsedMs) - pause.startMs)
    return pause.endMs === null ? `paused for ${length} so far` : `paused ${length}`
  }
  if (outcome === 'completed') return 'not told'
  if (outcome !== 'running') return 'never paused'
  const predicted = predictions.at(-1)
  return predicted ? `not yet, predicted ${formatDuration(predicted.downtimeMs)}` : 'not yet'
}

/** Beside the bar where there is room, else upon it. */
const placeOf = (text: string, bar: { readonly x: number; readonly width: number }, frame: TimelineFrame) => {
  const { plot } = frame
  const room = textWidth(text) + 8
  if (bar.x + bar.width + room < plot.x + plot.width)
    return { x: bar.x + bar.width + 6, align: 'left', ink: 'pause' } as const
  if (bar.x - room > plot.x) return { x: bar.x - 6, align: 'right', ink: 'pause' } as const
  return { x: bar.x + bar.width / 2, align: 'center', ink: 'text' } as const
}

/** The lane of the pause: never thinner than the eye can see, with its length in words. */
export const pauseLane = (data: PhaseTimelineData, frame: TimelineFrame): LaneDrawing => {
  const { pause } = data
  const lane = frame.lanes.pause
  const y = lane.y + lane.height / 2
  const text = pauseText(data)
  if (!pause)
    return { shapes: [{ kind: 'text', x: lane.x + 6, y, text, ink: 'muted', align: 'left' }], hits: [] }
  const toMs = pause.endMs ?? data.elapsedMs
  const span = seenSpan(frame, { fromMs: pause.startMs, toMs }, MIN_PAUSE_PX)
  if (!span) return { shapes: [], hits: [] }
  const label: Shape = { kind: 'text', y, text, strong: true, halo: 'lane', ...placeOf(text, span, frame) }
  const box = { ...span, y: lane.y + 3, height: lane.height - 6 }
  return {
    shapes: [{ kind: 'rect', ...box, fill: 'pause' }, label],
    hits: [{ box, lines: [`Pause: ${text}`, 'the VM runs at neither host'] }],
  }
}
