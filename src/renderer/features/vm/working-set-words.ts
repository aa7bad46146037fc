import type { CurvePoint, DirtyFigure, DirtyWindow, WorkingSet } from '../../../shared/model/working-set.ts'
import { formatBytes, formatDuration, PAGE_BYTES } from '../../../shared/units.ts'
import { clockText } from '../../ui/clock-text.ts'

const bytesText = (pages: number): string => formatBytes(pages * PAGE_BYTES)

/** A window that was read, in words. */
export const windowWords = ({ windowMs, pages, atMs, source }: DirtyWindow): string => {
  const what = source === 'round' ? 'a round of its migration took' : 'a window of'
  return `${bytesText(pages)}: ${what} ${formatDuration(windowMs)}, read at ${clockText(atMs)}`
}

/** How a figure is known: when it was measured, or between what it lies. */
export const figureWords = (figure: DirtyFigure): string =>
  figure.origin === 'measured'
    ? `measured at ${clockText(figure.atMs)}`
    : `estimated, ${bytesText(figure.lowPages)} to ${bytesText(figure.highPages)}`

/** Pages at a window length, between the two nearest points of a curve; undefined beyond its ends. */
export const pagesAt = (curve: readonly CurvePoint[], windowMs: number): number | undefined => {
  const after = curve.findIndex(point => point.windowMs >= windowMs)
  const [a, b] = [curve[after - 1], curve[after]]
  if (!a || !b) return undefined
  const share = Math.log(windowMs / a.windowMs) / Math.log(b.windowMs / a.windowMs)
  return a.pages + share * (b.pages - a.pages)
}

/** From this factor on a dirty rate is another than the one a curve was read at. A guess. */
const OTHER_FACTOR = 2
/** Below this an idle guest's console and timers are what differs, pages/s. */
const LEAST_PAGES = 500

/** That a VM no longer writes as it did when its curve was read, in one sentence; null while it does or nobody knows. */
export const otherNow = (
  { figures }: Pick<WorkingSet, 'figures'>,
  pagesPerSecond: number | undefined,
): string | null => {
  const then = figures.find(figure => figure.windowMs === 1000)?.pages
  if (then === undefined || pagesPerSecond === undefined) return null
  const [low, high] = [Math.min(then, pagesPerSecond), Math.max(then, pagesPerSecond)]
  if (high < OTHER_FACTOR * Math.max(low, LEAST_PAGES)) return null
  return `It was read when the VM dirtied ${bytesText(then)} in 1 s; now it dirties ${bytesText(pagesPerSecond)} a second, and this curve is not of now.`
}

/** What the curve means for a migration over a link of `linkBytesPerSecond`, in plain sentences. */
export const meaningOf = (
  { memoryPages, figures }: Pick<WorkingSet, 'memoryPages' | 'figures'>,
  curve: readonly CurvePoint[],
  linkBytesPerSecond: number | undefined,
): readonly string[] => {
  const long = figures.find(figure => figure.windowMs === 10_000)
  const about = long?.origin === 'estimated' ? 'about ' : ''
  const sentences = long ? [`A 10 s copy would dirty ${about}${bytesText(long.pages)} again.`] : []
  if (!linkBytesPerSecond) return sentences
  const passMs = (memoryPages * PAGE_BYTES * 1000) / linkBytesPerSecond
  const again = pagesAt(curve, passMs)
  const pass = `Sending all of its ${bytesText(memoryPages)} once takes ${formatDuration(passMs)} over an idle link`
  return [
    ...sentences,
    again === undefined ? `${pass}.` : `${pass}; about ${bytesText(again)} would then be left to send again.`,
  ]
}
