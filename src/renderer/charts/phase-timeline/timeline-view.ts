import { panned, revealing, type TimeWindow, zoomed } from '../time-window.ts'
import type { TimelineStop } from './stops.ts'

/** What of the timeline is seen, and at which of its stops the cursor stands. */
export interface TimelineView {
  /** Null for the whole, as it grows. */
  readonly view: TimeWindow | null
  readonly stop: number | null
}

export const WHOLE_TIMELINE: TimelineView = { view: null, stop: null }

export interface TimelineGround {
  readonly whole: TimeWindow
  readonly stops: readonly TimelineStop[]
}

/** One press of a zoom key, or one notch of a wheel. */
export const ZOOM_STEP = 0.6
const PAN_SHARE = 0.2
/** How much of its surroundings is seen with a stop that is zoomed to, as a share of it. */
const MARGIN_SHARE = 0.25

const toStop = (state: TimelineView, { whole, stops }: TimelineGround, wanted: number): TimelineView => {
  const stop = Math.min(Math.max(0, wanted), stops.length - 1)
  const span = stops[stop]
  if (!span) return state
  return { stop, view: state.view && revealing(state.view, whole, span) }
}

const stopAt = (state: TimelineView, { stops }: TimelineGround): TimelineStop | undefined =>
  state.stop === null ? undefined : stops[state.stop]

const zoomedBy = (state: TimelineView, ground: TimelineGround, factor: number): TimelineView => {
  const view = state.view ?? ground.whole
  const centre = stopAt(state, ground) ?? view
  const atMs = Math.min(view.toMs, Math.max(view.fromMs, (centre.fromMs + centre.toMs) / 2))
  return { ...state, view: zoomed(view, ground.whole, { atMs, factor }) }
}

const zoomedToStop = (state: TimelineView, ground: TimelineGround): TimelineView => {
  const span = stopAt(state, ground)
  if (!span) return state
  const margin = Math.max(2, (span.toMs - span.fromMs) * MARGIN_SHARE)
  const view = { fromMs: span.fromMs - margin, toMs: span.toMs + margin }
  return { ...state, view: zoomed(view, ground.whole, { atMs: view.fromMs, factor: 1 }) }
}

const pannedBy = (state: TimelineView, { whole }: TimelineGround, share: number): TimelineView =>
  state.view
    ? { ...state, view: panned(state.view, whole, (state.view.toMs - state.view.fromMs) * share) }
    : state

/** The timeline after a key; undefined for a key that means nothing to it. */
export const viewAfterKey = (
  state: TimelineView,
  { key, shiftKey }: { readonly key: string; readonly shiftKey: boolean },
  ground: TimelineGround,
): TimelineView | undefined => {
  const last = ground.stops.length - 1
  switch (key) {
    case 'ArrowRight':
      return shiftKey ? pannedBy(state, ground, PAN_SHARE) : toStop(state, ground, (state.stop ?? -1) + 1)
    case 'ArrowLeft':
      return shiftKey
        ? pannedBy(state, ground, -PAN_SHARE)
        : toStop(state, ground, (state.stop ?? last + 1) - 1)
    case 'Home':
      return toStop(state, ground, 0)
    case 'End':
      return toStop(state, ground, last)
    case '+':
    case '=':
      return zoomedBy(state, ground, ZOOM_STEP)
    case '-':
      return zoomedBy(state, ground, 1 / ZOOM_STEP)
    case 'Enter':
      return zoomedToStop(state, ground)
    case '0':
      return { ...state, view: null }
    case 'Escape':
      return { ...state, stop: null }
    default:
      return undefined
  }
}
