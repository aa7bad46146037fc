/** The pages that a heatmap shows: `from` to `to`, excluded. Pages, because regions may change their size. */
export interface HeatView {
  readonly from: number
  readonly to: number
}

/** Zooming ends at so many regions: cells would only become larger. */
const FEWEST_REGIONS = 16

export const wholeView = (totalPages: number): HeatView => ({ from: 0, to: Math.max(1, totalPages) })

/** The same pages, as far as `totalPages` allow: moved rather than cut. */
const within = (from: number, span: number, totalPages: number): HeatView => {
  const pages = Math.max(1, Math.min(Math.round(span), totalPages))
  const start = Math.max(0, Math.min(Math.round(from), totalPages - pages))
  return { from: start, to: start + pages }
}

/** What is left of a view of a memory that may have another size now. */
export const keepView = (view: HeatView, totalPages: number): HeatView =>
  within(view.from, view.to - view.from, totalPages)

/** `factor` times as many pages, below 1 to look closer, around the place `at` (0..1) of the view. */
export const zoomView = (
  view: HeatView,
  { factor, at }: { readonly factor: number; readonly at: number },
  memory: { readonly totalPages: number; readonly regionPages: number },
): HeatView => {
  const least = Math.min(memory.totalPages, FEWEST_REGIONS * memory.regionPages)
  const span = Math.max(least, (view.to - view.from) * factor)
  const anchor = view.from + at * (view.to - view.from)
  return within(anchor - at * span, span, memory.totalPages)
}

/** Moved by a share of what it shows; ends at the ends of the memory. */
export const panView = (view: HeatView, share: number, totalPages: number): HeatView => {
  const span = view.to - view.from
  return within(view.from + share * span, span, totalPages)
}
