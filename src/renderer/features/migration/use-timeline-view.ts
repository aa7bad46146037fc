import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useRef, useState } from 'react'
import { hitAt } from '../../charts/hit-at.ts'
import type { PhaseTimelineData } from '../../charts/phase-timeline/data.ts'
import { axisOf } from '../../charts/phase-timeline/frame.ts'
import { type TimelineStop, timelineStops } from '../../charts/phase-timeline/stops.ts'
import {
  type TimelineView,
  viewAfterKey,
  WHOLE_TIMELINE,
  ZOOM_STEP,
} from '../../charts/phase-timeline/timeline-view.ts'
import { between, panned, type TimeWindow, zoomed } from '../../charts/time-window.ts'
import type { TimelineCanvas } from './use-timeline-canvas.ts'

/** What the pointer is at, CSS pixels from the canvas's corner. */
export interface Pointed {
  readonly x: number
  readonly y: number
  readonly lines: readonly string[]
}

interface Drag {
  readonly fromX: number
  readonly fromMs: number
  /** The view when a drag that moves it began; null for one that chooses a stretch. */
  readonly moving: TimeWindow | null
}

/** A drag shorter than this is a click. */
const LEAST_DRAG_PX = 5

/** Steers a timeline by pointer, wheel and keys. */
export const useTimelineView = (read: () => PhaseTimelineData, { canvas, drawn, look }: TimelineCanvas) => {
  const [state, setState] = useState<TimelineView>(WHOLE_TIMELINE)
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const [chosen, setChosen] = useState<TimeWindow | null>(null)
  const drag = useRef<Drag>(null)

  const timeAt = useCallback(
    (x: number): number => {
      const frame = drawn()?.frame
      if (!frame) return 0
      const { view, plot } = frame
      const share = Math.min(1, Math.max(0, (x - plot.x) / plot.width))
      return view.fromMs + share * (view.toMs - view.fromMs)
    },
    [drawn],
  )
  const stop: TimelineStop | undefined = state.stop === null ? undefined : timelineStops(read())[state.stop]

  useEffect(() => {
    look({ view: state.view, cursor: chosen ?? stop ?? null })
  }, [look, state.view, chosen, stop])

  useEffect(() => {
    const element = canvas.current
    if (!element) return
    // Only a chart that was clicked takes the wheel: else it would catch everyone who scrolls past it.
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && document.activeElement !== element) return
      event.preventDefault()
      const whole = axisOf(read())
      const atMs = timeAt(event.offsetX)
      setState(now => {
        const view = now.view ?? whole
        if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
          const share = Math.sign(event.deltaX || event.deltaY) * 0.1
          return { ...now, view: panned(view, whole, share * (view.toMs - view.fromMs)) }
        }
        return {
          ...now,
          view: zoomed(view, whole, { atMs, factor: event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP }),
        }
      })
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [canvas, read, timeAt])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const data = read()
    const next = viewAfterKey(state, event, { whole: axisOf(data), stops: timelineStops(data) })
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    setState(next)
  }
  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>) => {
    const x = event.nativeEvent.offsetX
    const isMoving = event.shiftKey || event.button === 1
    drag.current = { fromX: x, fromMs: timeAt(x), moving: isMoving ? state.view : null }
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = ({ nativeEvent: { offsetX: x, offsetY: y } }: PointerEvent) => {
    const { current } = drag
    if (!current || Math.abs(x - current.fromX) < LEAST_DRAG_PX) {
      const hit = hitAt(drawn()?.hits ?? [], x, y)
      setPointed(hit && !current ? { x, y, lines: hit.lines } : null)
      return
    }
    if (current.moving) {
      const { plot } = drawn()?.frame ?? {}
      const span = current.moving.toMs - current.moving.fromMs
      const byMs = plot ? ((current.fromX - x) / plot.width) * span : 0
      setState({ ...state, view: panned(current.moving, axisOf(read()), byMs) })
    } else {
      const atMs = timeAt(x)
      setChosen({ fromMs: Math.min(current.fromMs, atMs), toMs: Math.max(current.fromMs, atMs) })
    }
  }
  const onPointerUp = ({ nativeEvent: { offsetX: x } }: PointerEvent) => {
    const { current } = drag
    drag.current = null
    setChosen(null)
    if (current && !current.moving && Math.abs(x - current.fromX) >= LEAST_DRAG_PX)
      setState({ ...state, view: between(current.fromMs, timeAt(x), axisOf(read())) })
  }
  return {
    view: state.view,
    stop,
    pointed,
    showWhole: () => setState({ ...state, view: null }),
    handlers: {
      onKeyDown,
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerLeave: () => setPointed(null),
      onDoubleClick: () => setState({ ...state, view: null }),
    },
  }
}
