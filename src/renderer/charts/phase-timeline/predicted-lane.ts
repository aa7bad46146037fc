import { formatDuration } from '../../../shared/units.ts'
import { type Shape, textWidth } from '../shape.ts'
import type { PhaseTimelineData, TimelinePrediction } from './data.ts'
import type { LaneDrawing, TimelineFrame } from './frame.ts'

const ROW_PX = 14
const DIAMOND_PX = 4

const diamond = (x: number, y: number): Shape => ({
  kind: 'path',
  points: [
    [x, y - DIAMOND_PX],
    [x + DIAMOND_PX, y],
    [x, y + DIAMOND_PX],
    [x - DIAMOND_PX, y],
  ],
  fill: 'predicted',
})

/** Those shown when not all fit: the first, and the latest. */
export const shownPredictions = (
  predictions: readonly TimelinePrediction[],
  rows: number,
): readonly TimelinePrediction[] =>
  predictions.length <= rows
    ? predictions
    : [...predictions.slice(0, 1), ...predictions.slice(predictions.length - Math.max(0, rows - 1))]

const nameOf = (prediction: TimelinePrediction): string =>
  prediction.afterRound === 0 ? 'at the start' : `after round ${prediction.afterRound}`

const drawPrediction = (
  prediction: TimelinePrediction,
  y: number,
  frame: TimelineFrame,
): readonly Shape[] => {
  const left = frame.plot.x
  const right = left + frame.plot.width
  const clamped = (ms: number) => Math.min(right, Math.max(left, frame.toX(ms)))
  const [start, end] = [clamped(prediction.madeAtMs), clamped(prediction.totalMs)]
  const isBeyond = prediction.totalMs > frame.view.toMs
  const text = `${nameOf(prediction)}: ${formatDuration(prediction.totalMs)}${isBeyond ? ' >' : ''}`
  const isRoomRight = end + 10 + textWidth(text) < right
  const isRoomLeft = start - 10 - textWidth(text) > left
  return [
    {
      kind: 'path',
      points: [
        [start, y],
        [isRoomRight || isRoomLeft ? end : Math.max(start, end - 13 - textWidth(text)), y],
      ],
      stroke: 'predicted',
      width: 1.5,
      dash: [4, 3],
    },
    ...(isBeyond || prediction.totalMs < frame.view.fromMs ? [] : [diamond(end, y)]),
    {
      kind: 'text',
      x: isRoomRight ? end + 9 : (isRoomLeft ? Math.min(start, end) : end) - 9,
      y,
      text,
      ink: 'text',
      align: isRoomRight ? 'left' : 'right',
      halo: 'lane',
    },
  ]
}

/** The lane of predictions: from the moment each was made to the end it expected; the actual end as a line. */
export const predictedLane = (data: PhaseTimelineData, frame: TimelineFrame): LaneDrawing => {
  const lane = frame.lanes.predicted
  const rows = Math.max(1, Math.floor((lane.height - 4) / ROW_PX))
  const shown = shownPredictions(data.predictions, rows)
  const middle = lane.y + lane.height / 2
  if (shown.length === 0)
    return {
      shapes: [
        { kind: 'text', x: lane.x + 6, y: middle, text: 'no prediction yet', ink: 'muted', align: 'left' },
      ],
      hits: [],
    }
  const rowPx = Math.min(ROW_PX + 4, lane.height / shown.length)
  const first = middle - ((shown.length - 1) * rowPx) / 2
  return {
    shapes: shown.flatMap((prediction, index) => drawPrediction(prediction, first + index * rowPx, frame)),
    hits: shown.map((prediction, index) => ({
      box: { x: lane.x, y: first + (index - 0.5) * rowPx, width: lane.width, height: rowPx },
      lines: [
        `Predicted ${nameOf(prediction)}`,
        `total ${formatDuration(prediction.totalMs)}, pause ${formatDuration(prediction.downtimeMs)}`,
      ],
    })),
  }
}
