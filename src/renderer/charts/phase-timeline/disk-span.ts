import { formatBytes, formatDuration } from '../../../shared/units.ts'
import { type Box, type Shape, textWidth } from '../shape.ts'
import type { PhaseTimelineData, TimelineDisk } from './data.ts'
import { type LaneDrawing, seenSpan, type TimelineFrame } from './frame.ts'

const LEAST_PX = 3

const amount = ({ copiedBytes, totalBytes }: TimelineDisk): string =>
  copiedBytes < totalBytes
    ? `${formatBytes(copiedBytes)} of ${formatBytes(totalBytes)}`
    : formatBytes(totalBytes)

/** All that is known of the copy of a disk, in lines. */
export const diskLines = (disk: TimelineDisk): readonly string[] => {
  const left = disk.totalBytes - disk.copiedBytes
  return [
    'Disk copy: the memory follows it',
    `copied ${amount(disk)} in ${formatDuration(disk.endMs)}`,
    ...(left > 0 ? [`${formatBytes(left)} remaining`] : []),
  ]
}

/** Within the bar in the longest words that fit, else beside it while nothing comes after it. */
const label = (disk: TimelineDisk, bar: Box, isAlone: boolean): readonly Shape[] => {
  const long = `disk copy: ${amount(disk)}`
  const fits = [long, 'disk copy', 'disk'].find(words => textWidth(words) + 6 <= bar.width)
  const y = bar.y + bar.height / 2
  if (isAlone && fits !== long)
    return [
      { kind: 'text', x: bar.x + bar.width + 6, y, text: long, ink: 'text', align: 'left', halo: 'lane' },
    ]
  if (fits === undefined) return []
  const x = bar.x + bar.width / 2
  return [{ kind: 'text', x, y, text: fits, ink: 'text', align: 'center', strong: true }]
}

/** The copy of a disk in the lane of rounds: a bar from the start to its latest report. */
export const diskSpan = ({ diskCopy, rounds }: PhaseTimelineData, frame: TimelineFrame): LaneDrawing => {
  const span = diskCopy && seenSpan(frame, { fromMs: 0, toMs: diskCopy.endMs }, LEAST_PX)
  if (!span) return { shapes: [], hits: [] }
  const lane = frame.lanes.rounds
  const bar = { ...span, y: lane.y + 2, height: lane.height - 4 }
  return {
    shapes: [
      // The line between what is sent and what is dirtied means nothing here.
      { kind: 'rect', ...bar, fill: 'lane' },
      { kind: 'rect', ...bar, fill: 'sent', opacity: 0.25 },
      { kind: 'rect', ...bar, stroke: 'sent' },
      ...label(diskCopy, bar, rounds.length === 0),
    ],
    hits: [{ box: bar, lines: diskLines(diskCopy) }],
  }
}
