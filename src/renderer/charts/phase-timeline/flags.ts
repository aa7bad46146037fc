import { formatDuration } from '../../../shared/units.ts'
import { fitted, type Shape, textWidth } from '../shape.ts'
import { decidingRound, type PhaseTimelineData, type TimelineEnding } from './data.ts'
import { isSeen, seenSpan, type TimelineFrame } from './frame.ts'

const FLAG_LINE_PX = 15

const headingOf = (ending: TimelineEnding, { pause }: PhaseTimelineData): string => {
  const { kind, afterRound, decidedAfterRound, isWithinRound } = ending
  const when = isWithinRound ? 'in' : 'after'
  if (!pause)
    return `Decided ${when} round ${decidedAfterRound}: ${kind === 'post-copy' ? 'switch to post-copy' : 'stop and copy'}`
  const what = kind === 'post-copy' ? 'Switched to post-copy' : 'Stopped and copied'
  const decided = decidedAfterRound < afterRound ? `, as decided after round ${decidedAfterRound}` : ''
  return `${what} ${when} round ${afterRound}${decided}`
}

/** The rule, and why it took effect later than it spoke. */
const ruleOf = ({ rule, afterRound, decidedAfterRound }: TimelineEnding): string =>
  decidedAfterRound < afterRound
    ? `${rule}; the host had begun round ${decidedAfterRound + 1} before it was told`
    : rule

/** A frame around the round that decided, over the lanes that show its figures. */
const decidingFrame = (data: PhaseTimelineData, frame: TimelineFrame): readonly Shape[] => {
  const round = decidingRound(data)
  const span = round && seenSpan(frame, { fromMs: round.startMs, toMs: round.startMs + round.ms }, 3)
  if (!span) return []
  const { rounds, rate } = frame.lanes
  const box = { ...span, y: rounds.y - 1, height: rate.y + rate.height - rounds.y + 2 }
  return [{ kind: 'rect', ...box, stroke: 'threshold' }]
}

const waiting = ({ endingNote }: PhaseTimelineData, { plot }: TimelineFrame): readonly Shape[] => [
  {
    kind: 'text',
    x: plot.x,
    y: plot.y - FLAG_LINE_PX,
    text: fitted(endingNote, plot.width),
    ink: 'muted',
    align: 'left',
  },
]

/** Where pre-copy ended and why: a line through all lanes with two lines of words above it. */
export const endingFlag = (data: PhaseTimelineData, frame: TimelineFrame): readonly Shape[] => {
  const { ending } = data
  const { plot } = frame
  if (!ending) return waiting(data, frame)
  const x = Math.round(frame.toX(ending.atMs)) + 0.5
  const rule = fitted(ruleOf(ending), plot.width - 12)
  const lines = [headingOf(ending, data), ...(rule ? [rule] : [])]
  const half = Math.max(...lines.map(textWidth)) / 2 + 6
  const centre = Math.min(Math.max(x, plot.x + half), plot.x + plot.width - half)
  const box = { x: centre - half, y: 2, width: half * 2, height: lines.length * FLAG_LINE_PX + 4 }
  const pole: Shape = {
    kind: 'path',
    points: [
      [x, box.y + box.height],
      [x, plot.y + plot.height],
    ],
    stroke: 'threshold',
    width: 1.5,
  }
  return [
    ...decidingFrame(data, frame),
    ...(isSeen(frame, ending.atMs) ? [pole] : []),
    { kind: 'rect', ...box, fill: 'lane', stroke: 'threshold' },
    ...lines.map(
      (text, index): Shape => ({
        kind: 'text',
        x: centre,
        y: box.y + 2 + FLAG_LINE_PX * (index + 0.5),
        text,
        ink: 'text',
        align: 'center',
        strong: index === 0,
      }),
    ),
  ]
}

interface NowWord {
  readonly text: string
  /** Its middle. */
  readonly x: number
  readonly width: number
}

/** The word on the axis at the last moment; null where that is out of sight. */
export const nowWord = (data: PhaseTimelineData, frame: TimelineFrame): NowWord | null => {
  if (!isSeen(frame, data.elapsedMs)) return null
  const { plot } = frame
  const text = `${data.endWord} ${formatDuration(data.elapsedMs)}`
  const width = textWidth(text)
  const [left, right] = [plot.x + width / 2, plot.x + plot.width - width / 2]
  return { text, width, x: Math.max(left, Math.min(frame.toX(data.elapsedMs), right)) }
}

/** Where the migration is now, or where it ended. */
export const nowLine = (data: PhaseTimelineData, frame: TimelineFrame): readonly Shape[] => {
  const word = nowWord(data, frame)
  if (!word) return []
  const { plot } = frame
  const x = Math.round(frame.toX(data.elapsedMs)) + 0.5
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
      x: word.x,
      y: plot.y + plot.height + 13,
      text: word.text,
      ink: 'text',
      align: 'center',
      strong: true,
      halo: 'background',
    },
  ]
}
