import { seriesStepMs } from '../../../shared/model/sample.ts'

/** A stretch of pool time, ms since the epoch. */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/** What the charts of a VM show: the last `rangeMs` and on with time, or one fixed stretch. */
export interface TimeView {
  readonly rangeMs: number
  readonly fixed: Stretch | null
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export const timeRanges = [
  { rangeMs: 10 * MINUTE_MS, label: '10 min', key: 't' },
  { rangeMs: HOUR_MS, label: '1 h', key: 'h' },
  { rangeMs: DAY_MS, label: '1 d', key: 'd' },
  { rangeMs: 7 * DAY_MS, label: '7 d', key: 'w' },
] as const

/** Room right of now for the forecast and its marks. */
const AHEAD_MS = 75_000
const SHORTEST_MS = 10_000
const LONGEST_MS = 8 * DAY_MS
/** Part of what is shown that one key press moves by. */
const PAN_SHARE = 0.2
const ZOOM_FACTOR = 2

export const liveView = (rangeMs: number): TimeView => ({ rangeMs, fixed: null })

/** Ten minutes around a moment. */
export const viewAround = (atMs: number): TimeView => ({
  rangeMs: timeRanges[0].rangeMs,
  fixed: { fromMs: atMs - 5 * MINUTE_MS, toMs: atMs + 5 * MINUTE_MS },
})

/** What is in view when it is `nowMs` in the pool. */
export const stretchOf = (view: TimeView, nowMs: number): Stretch =>
  view.fixed ?? { fromMs: nowMs - view.rangeMs, toMs: nowMs + AHEAD_MS }

/** A fixed stretch, no shorter and no longer than can be told, and not beyond the forecast. */
export const viewOf = (view: TimeView, { fromMs, toMs }: Stretch, nowMs: number): TimeView => {
  const span = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, toMs - fromMs))
  const from = Math.min((fromMs + toMs - span) / 2, nowMs + AHEAD_MS - span)
  return { ...view, fixed: { fromMs: from, toMs: from + span } }
}

/** The view moved so far that a moment is in its midst, unless it is in view already. */
export const viewShowing = (view: TimeView, atMs: number, nowMs: number): TimeView => {
  const { fromMs, toMs } = stretchOf(view, nowMs)
  if (atMs >= fromMs && atMs <= toMs) return view
  const half = (toMs - fromMs) / 2
  return viewOf(view, { fromMs: atMs - half, toMs: atMs + half }, nowMs)
}

const panned = (view: TimeView, share: number, nowMs: number): TimeView => {
  const { fromMs, toMs } = stretchOf(view, nowMs)
  const by = share * (toMs - fromMs)
  return viewOf(view, { fromMs: fromMs + by, toMs: toMs + by }, nowMs)
}

const zoomed = (view: TimeView, factor: number, nowMs: number): TimeView => {
  const { fromMs, toMs } = stretchOf(view, nowMs)
  const [middle, half] = [(fromMs + toMs) / 2, (factor * (toMs - fromMs)) / 2]
  return viewOf(view, { fromMs: middle - half, toMs: middle + half }, nowMs)
}

/** The view after a key: arrows pan, + and - zoom, 0 follows the present again, t, h, d and w choose a range; else undefined. */
export const viewAfterKey = (key: string, view: TimeView, nowMs: number): TimeView | undefined => {
  const range = timeRanges.find(candidate => candidate.key === key)
  if (range) return liveView(range.rangeMs)
  switch (key) {
    case 'ArrowLeft':
      return panned(view, -PAN_SHARE, nowMs)
    case 'ArrowRight':
      return panned(view, PAN_SHARE, nowMs)
    case '+':
    case '=':
      return zoomed(view, 1 / ZOOM_FACTOR, nowMs)
    case '-':
      return zoomed(view, ZOOM_FACTOR, nowMs)
    case '0':
      return liveView(view.rangeMs)
    default:
      return undefined
  }
}

/** What to read from the store for a fixed stretch: somewhat more, in coarse steps, so that panning seldom reads anew. */
export const storedStretch = ({ fromMs, toMs }: Stretch): Stretch => {
  const step = (toMs - fromMs) / 4
  return { fromMs: (Math.floor(fromMs / step) - 1) * step, toMs: (Math.ceil(toMs / step) + 1) * step }
}

/** Whether a view is told in averages, as the store tells a stretch of this length. */
export const isAveraged = (view: TimeView): boolean =>
  seriesStepMs(view.fixed ? view.fixed.toMs - view.fixed.fromMs : view.rangeMs) > 1000
