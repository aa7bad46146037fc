import type { TimelineMark, TimelinePostCopy } from './data.ts'
import type { TimelineFrame } from './frame.ts'

/** A stretch of the post-copy tail as one column of pixels shows it. */
export interface TailColumn {
  readonly startMs: number
  readonly endMs: number
  /** Cumulative, by the start of the column. */
  readonly pushedBefore: number
  /** Cumulative, by the end of the column. */
  readonly pushedBytes: number
  readonly demandFaults: number
  readonly faultsPerSecond: number
}

const COLUMN_PX = 2

const columnOf = (before: TimelineMark, mark: TimelineMark): TailColumn => ({
  startMs: before.atMs,
  endMs: mark.atMs,
  pushedBefore: before.pushedBytes,
  pushedBytes: mark.pushedBytes,
  demandFaults: mark.demandFaults,
  faultsPerSecond: (Math.max(0, mark.demandFaults - before.demandFaults) * 1000) / (mark.atMs - before.atMs),
})

/** The tail in view, a column for each mark or, where marks are denser than pixels, for as many as share one. */
export const tailColumns = (postCopy: TimelinePostCopy, frame: TimelineFrame): readonly TailColumn[] => {
  const { fromMs, toMs } = frame.view
  const leastMs = COLUMN_PX / Math.max(Number.MIN_VALUE, frame.toX(1) - frame.toX(0))
  const columns: TailColumn[] = []
  let before: TimelineMark = { atMs: postCopy.startMs, pushedBytes: 0, demandFaults: 0 }
  const close = (mark: TimelineMark) => {
    if (mark.atMs >= fromMs && before.atMs <= toMs) columns.push(columnOf(before, mark))
    before = mark
  }
  for (const mark of postCopy.marks) if (mark.atMs - before.atMs >= leastMs) close(mark)
  const last = postCopy.marks.at(-1)
  if (last && last.atMs > before.atMs) close(last)
  return columns
}
