import type { Stretch } from './time-view.ts'
import type { HistoryColumns } from './vm-history.ts'

/** A stretch in view without a dirty rate, and why. */
export interface Gap extends Stretch {
  readonly words: string
}

const isRecorded = (history: HistoryColumns, row: number): boolean =>
  history.cpuRatio[row] !== null ||
  history.memoryRatio[row] !== null ||
  history.ioBytesPerSecond[row] !== null

/** Stretches of at least `leastMs` in view up to now in which no dirty rate is known, oldest first. */
export const gapsOf = (
  history: HistoryColumns,
  { fromMs, toMs }: Stretch,
  { nowMs, leastMs }: { readonly nowMs: number; readonly leastMs: number },
): readonly Gap[] => {
  const gaps: Gap[] = []
  const endMs = Math.min(toMs, nowMs)
  const add = (from: number, to: number, words: string) => {
    const gap = { fromMs: Math.max(from, fromMs), toMs: Math.min(to, endMs), words }
    if (gap.toMs - gap.fromMs >= leastMs) gaps.push(gap)
  }
  let sinceMs = fromMs
  let words = 'nothing recorded'
  history.atMs.forEach((atMs, row) => {
    if (history.dirtyPagesPerSecond[row] !== null) {
      add(sinceMs, atMs, words)
      sinceMs = atMs
      words = 'nothing recorded'
    } else if (isRecorded(history, row)) words = 'dirty rate unavailable'
  })
  add(sinceMs, endMs, words)
  return gaps
}
