import { formatBytes, threeFigures } from '../../../shared/units.ts'
import { linearScale } from '../scale.ts'
import { type Point, type Shape, textWidth } from '../shape.ts'
import type { PhaseTimelineData, TimelinePostCopy } from './data.ts'
import type { LaneDrawing, TimelineFrame } from './frame.ts'

const FAULTS_PX = 14

const count = (value: number): string => (value < 1000 ? value.toString() : `${threeFigures(value / 1000)} k`)

/** Ticks along the foot of the lane, as high as many faults came since the mark before. */
const faultTicks = (postCopy: TimelinePostCopy, frame: TimelineFrame): readonly Shape[] => {
  const lane = frame.lanes.postCopy
  const bottom = lane.y + lane.height
  const gains = postCopy.marks.map((mark, index) => ({
    x: frame.toX(mark.atMs),
    faults: mark.demandFaults - (postCopy.marks[index - 1]?.demandFaults ?? 0),
  }))
  const most = Math.max(1, ...gains.map(gain => gain.faults))
  return gains
    .filter(gain => gain.faults > 0)
    .map(gain => ({
      kind: 'path',
      points: [
        [gain.x, bottom],
        [gain.x, bottom - 3 - (FAULTS_PX - 3) * (gain.faults / most)],
      ],
      stroke: 'fault',
      width: 2,
    }))
}

const pushedArea = (postCopy: TimelinePostCopy, frame: TimelineFrame): readonly Shape[] => {
  const lane = frame.lanes.postCopy
  const foot = lane.y + lane.height - FAULTS_PX - 3
  const toY = linearScale([0, Math.max(1, postCopy.totalBytes)], [foot, lane.y + 4])
  const start = frame.toX(postCopy.startMs)
  const rise: readonly Point[] = [
    [start, foot],
    ...postCopy.marks.map((mark): Point => [frame.toX(mark.atMs), toY(mark.pushedBytes)]),
  ]
  const end = Math.max(start, ...rise.map(point => point[0]))
  return [
    { kind: 'path', points: [...rise, [end, foot]], fill: 'pushed', opacity: 0.35 },
    { kind: 'path', points: rise, stroke: 'pushed', width: 2 },
  ]
}

/** The lane of post-copy: memory pushed so far as an area, demand faults as ticks at its foot. */
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
  const last = postCopy.marks.at(-1)
  const pushed = `pushed ${formatBytes(last?.pushedBytes ?? 0)} of ${formatBytes(postCopy.totalBytes)}`
  const faults = `${count(last?.demandFaults ?? 0)} demand faults`
  const start = frame.toX(postCopy.startMs)
  const end = frame.toX(postCopy.endMs)
  const room = Math.max(textWidth(pushed), textWidth(faults)) + 10
  const isRoomRight = end + room < lane.x + lane.width
  const at = {
    kind: 'text',
    x: isRoomRight ? end + 6 : start - 6,
    align: isRoomRight ? 'left' : 'right',
  } as const
  return {
    shapes: [
      ...pushedArea(postCopy, frame),
      ...faultTicks(postCopy, frame),
      { ...at, y: lane.y + lane.height / 2 - 10, text: pushed, ink: 'pushed', strong: true, halo: 'lane' },
      { ...at, y: lane.y + lane.height - 9, text: faults, ink: 'fault', strong: true, halo: 'lane' },
    ],
    hits: [
      {
        box: { x: start, y: lane.y, width: Math.max(6, end - start), height: lane.height },
        lines: ['Post-copy: the VM runs at the destination', pushed, faults],
      },
    ],
  }
}
