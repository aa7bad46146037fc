import { formatBytes, formatCount, formatDuration, threeFigures } from '../../../shared/units.ts'
import { linearScale } from '../scale.ts'
import { type Hit, type Point, type Shape, textWidth } from '../shape.ts'
import type { PhaseTimelineData, TimelinePostCopy } from './data.ts'
import { type LaneDrawing, seenSpan, type TimelineFrame } from './frame.ts'
import { type TailColumn, tailColumns } from './tail-columns.ts'

const FAULTS_PX = 18

interface Tail {
  readonly postCopy: TimelinePostCopy
  readonly columns: readonly TailColumn[]
  readonly frame: TimelineFrame
}

/** Bars along the foot of the lane, as high as faults came quickly. */
const faultBars = ({ columns, frame }: Tail): readonly Shape[] => {
  const lane = frame.lanes.postCopy
  const most = columns.reduce((peak, column) => Math.max(peak, column.faultsPerSecond), 1)
  return columns.flatMap((column): Shape[] => {
    const span = seenSpan(frame, { fromMs: column.startMs, toMs: column.endMs }, 1)
    if (!span || column.faultsPerSecond === 0) return []
    const height = 2 + (FAULTS_PX - 2) * (column.faultsPerSecond / most)
    const gap = span.width > 6 ? 1 : 0
    const y = lane.y + lane.height - height
    return [{ kind: 'rect', x: span.x, y, width: span.width - gap, height, fill: 'fault' }]
  })
}

const pushedArea = ({ postCopy, columns, frame }: Tail): readonly Shape[] => {
  const lane = frame.lanes.postCopy
  const foot = lane.y + lane.height - FAULTS_PX - 3
  const toY = linearScale([0, Math.max(1, postCopy.totalBytes)], [foot, lane.y + 4])
  const [left, right] = [frame.plot.x, frame.plot.x + frame.plot.width]
  const clamped = (ms: number) => Math.min(right, Math.max(left, frame.toX(ms)))
  const first = columns[0]
  if (!first) return []
  // A column that begins before the view starts at the height it has where it enters.
  const rise: readonly Point[] = [
    [clamped(first.startMs), toY(first.pushedBefore)],
    ...columns.map((column): Point => [clamped(column.endMs), toY(column.pushedBytes)]),
  ]
  const end = clamped(columns.at(-1)?.endMs ?? first.endMs)
  return [
    {
      kind: 'path',
      points: [[clamped(first.startMs), foot], ...rise, [end, foot]],
      fill: 'pushed',
      opacity: 0.35,
    },
    { kind: 'path', points: rise, stroke: 'pushed', width: 2 },
  ]
}

const columnHits = ({ postCopy, columns, frame }: Tail): readonly Hit[] => {
  const lane = frame.lanes.postCopy
  return columns.flatMap(column => {
    const span = seenSpan(frame, { fromMs: column.startMs, toMs: column.endMs }, 2)
    if (!span) return []
    return [
      {
        box: { ...span, y: lane.y, height: lane.height },
        lines: [
          `Post-copy at ${formatDuration(column.endMs)}: the VM runs at the destination`,
          `pushed ${formatBytes(column.pushedBytes)} of ${formatBytes(postCopy.totalBytes)}`,
          `${threeFigures(column.faultsPerSecond)} demand faults per second, ${formatCount(column.demandFaults)} so far`,
        ],
      },
    ]
  })
}

/** What post-copy has done so far, in words. */
export const postCopyLines = ({ postCopy }: PhaseTimelineData): readonly string[] => {
  if (!postCopy) return []
  const last = postCopy.marks.at(-1)
  return [
    `pushed ${formatBytes(last?.pushedBytes ?? 0)} of ${formatBytes(postCopy.totalBytes)}`,
    `${formatCount(last?.demandFaults ?? 0)} demand faults`,
  ]
}

const labels = (
  data: PhaseTimelineData,
  postCopy: TimelinePostCopy,
  frame: TimelineFrame,
): readonly Shape[] => {
  const lane = frame.lanes.postCopy
  const span = seenSpan(frame, { fromMs: postCopy.startMs, toMs: postCopy.endMs }, 2)
  if (!span) return []
  const [pushed = '', faults = ''] = postCopyLines(data)
  const room = Math.max(textWidth(pushed), textWidth(faults)) + 10
  const isRoomRight = span.x + span.width + room < lane.x + lane.width
  const isRoomLeft = span.x - room > lane.x
  const at = {
    kind: 'text',
    x: isRoomRight ? span.x + span.width + 6 : isRoomLeft ? span.x - 6 : lane.x + 6,
    align: isRoomRight || !isRoomLeft ? 'left' : 'right',
    strong: true,
    halo: 'lane',
  } as const
  return [
    { ...at, y: lane.y + Math.min(12, lane.height / 3), text: pushed, ink: 'pushed' },
    { ...at, y: lane.y + lane.height - 9, text: faults, ink: 'fault' },
  ]
}

/** The lane of post-copy: memory pushed so far as an area, the rate of demand faults as bars at its foot. */
export const postCopyLane = (data: PhaseTimelineData, frame: TimelineFrame): LaneDrawing => {
  const lane = frame.lanes.postCopy
  const { postCopy } = data
  if (!postCopy) {
    const y = lane.y + lane.height / 2
    return {
      shapes: [{ kind: 'text', x: lane.x + 6, y, text: data.postCopyNote, ink: 'muted', align: 'left' }],
      hits: [],
    }
  }
  const tail = { postCopy, columns: tailColumns(postCopy, frame), frame }
  return {
    shapes: [...pushedArea(tail), ...faultBars(tail), ...labels(data, postCopy, frame)],
    hits: columnHits(tail),
  }
}
