/** A stretch of a time axis, ms. */
export interface TimeWindow {
  readonly fromMs: number
  readonly toMs: number
}

/** Closer than this nothing more is to be seen: a pause is some ten ms. */
const NARROWEST_MS = 4

const spanOf = ({ fromMs, toMs }: TimeWindow): number => toMs - fromMs

/** `wanted` moved and narrowed until it lies within `whole`; null where it shows the whole anyway. */
const within = (wanted: TimeWindow, whole: TimeWindow): TimeWindow | null => {
  const span = Math.max(NARROWEST_MS, spanOf(wanted))
  if (!(span < spanOf(whole))) return null
  const fromMs = Math.min(Math.max(whole.fromMs, wanted.fromMs), whole.toMs - span)
  return { fromMs, toMs: fromMs + span }
}

/** The window `factor` times as wide that keeps `atMs` where it is on the screen. */
export const zoomed = (
  view: TimeWindow,
  whole: TimeWindow,
  { atMs, factor }: { readonly atMs: number; readonly factor: number },
): TimeWindow | null => {
  const span = Math.max(NARROWEST_MS, spanOf(view) * factor)
  const share = spanOf(view) > 0 ? (atMs - view.fromMs) / spanOf(view) : 0
  const fromMs = atMs - share * span
  return within({ fromMs, toMs: fromMs + span }, whole)
}

/** The window moved by `byMs`, as far as there is anything. */
export const panned = (view: TimeWindow, whole: TimeWindow, byMs: number): TimeWindow | null =>
  within({ fromMs: view.fromMs + byMs, toMs: view.toMs + byMs }, whole)

/** The window between two moments, in either order. */
export const between = (aMs: number, bMs: number, whole: TimeWindow): TimeWindow | null =>
  within({ fromMs: Math.min(aMs, bMs), toMs: Math.max(aMs, bMs) }, whole)

/** The window moved no further than needed to show `span`, or its beginning where it is too long. */
export const revealing = (view: TimeWindow, whole: TimeWindow, span: TimeWindow): TimeWindow | null => {
  const isSeen = span.fromMs >= view.fromMs && span.toMs <= view.toMs
  if (isSeen) return within(view, whole)
  const isLater = span.toMs > view.toMs && spanOf(span) <= spanOf(view)
  return panned(view, whole, isLater ? span.toMs - view.toMs : span.fromMs - view.fromMs)
}
