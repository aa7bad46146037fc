import { formatDuration } from '../../../shared/units.ts'
import type { TimeWindow } from '../time-window.ts'
import type { PhaseTimelineData } from './data.ts'
import { diskLines } from './disk-span.ts'
import { pauseText } from './pause-lane.ts'
import { postCopyLines } from './post-copy-lane.ts'
import { roundLines } from './round-words.ts'

/** One thing that a cursor on the timeline can stop at, and what is said of it. */
export interface TimelineStop extends TimeWindow {
  readonly lines: readonly string[]
}

/** What the timeline has to tell, in the order of time: the disk, each round, the pause, the tail, the end or the present. */
export const timelineStops = (data: PhaseTimelineData): readonly TimelineStop[] => {
  const { diskCopy, pause, postCopy, elapsedMs, outcome, endWord } = data
  const end = outcome === 'running' ? 'Now' : `The end: ${endWord}`
  return [
    ...(diskCopy ? [{ fromMs: 0, toMs: diskCopy.endMs, lines: diskLines(diskCopy) }] : []),
    ...data.rounds.map(round => ({
      fromMs: round.startMs,
      toMs: round.startMs + round.ms,
      lines: roundLines(round, data),
    })),
    ...(pause
      ? [{ fromMs: pause.startMs, toMs: pause.endMs ?? elapsedMs, lines: [`Pause: ${pauseText(data)}`] }]
      : []),
    ...(postCopy
      ? [
          {
            fromMs: postCopy.startMs,
            toMs: postCopy.endMs,
            lines: ['Post-copy: the VM runs at the destination', ...postCopyLines(data)],
          },
        ]
      : []),
    { fromMs: elapsedMs, toMs: elapsedMs, lines: [end, `${formatDuration(elapsedMs)} after the start`] },
  ]
}
