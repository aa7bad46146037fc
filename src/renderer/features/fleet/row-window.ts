/** Rows kept ready above and below those in sight, so that a small scroll shows what is there already. */
const AHEAD = 8

/** Indices, both included. */
export interface Span {
  readonly first: number
  readonly last: number
}

/** The rows in sight, and those to keep ready around them; an empty span ends before it begins. */
interface RowWindow {
  readonly inSight: Span
  readonly ready: Span
}

/** The window onto `count` rows of `rowPx`, scrolled to `scrollTop` in `heightPx`. */
export const rowWindow = (view: {
  readonly count: number
  readonly rowPx: number
  readonly scrollTop: number
  readonly heightPx: number
}): RowWindow => {
  const { count, rowPx, scrollTop, heightPx } = view
  const span = (margin: number): Span => ({
    first: Math.max(0, Math.floor(scrollTop / rowPx) - margin),
    last: Math.min(count, Math.ceil((scrollTop + heightPx) / rowPx) + margin) - 1,
  })
  return { inSight: span(0), ready: span(AHEAD) }
}
