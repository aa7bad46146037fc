import { type PointerEvent, useRef, useState } from 'react'
import { hitAt } from '../../charts/hit-at.ts'
import type { TimelineView } from '../../charts/phase-timeline/timeline-view.ts'
import { between, panned, type TimeWindow } from '../../charts/time-window.ts'
import { momentAt, type TimelineSteering, wholeOf } from './timeline-steering.ts'

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

/** Tells what is pointed at; a drag chooses a stretch to look at, with Shift or the middle button it moves the view. */
export const useTimelinePointer = (steering: TimelineSteering, { view }: TimelineView) => {
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const [chosen, setChosen] = useState<TimeWindow | null>(null)
  const drag = useRef<Drag>(null)
  const show = (next: TimeWindow | null) => steering.setState(now => ({ ...now, view: next }))

  const point = (x: number, y: number) => {
    const hit = hitAt(steering.drawn()?.hits ?? [], x, y)
    setPointed(hit ? { x, y, lines: hit.lines } : null)
  }
  const move = (moving: TimeWindow, byPx: number) => {
    const plotPx = steering.drawn()?.frame.plot.width ?? 1
    show(panned(moving, wholeOf(steering), (byPx / plotPx) * (moving.toMs - moving.fromMs)))
  }
  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>) => {
    const x = event.nativeEvent.offsetX
    const isMoving = event.shiftKey || event.button === 1
    drag.current = { fromX: x, fromMs: momentAt(steering, x), moving: isMoving ? view : null }
    setPointed(null)
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = ({ nativeEvent: { offsetX: x, offsetY: y } }: PointerEvent) => {
    const { current } = drag
    if (!current) return point(x, y)
    if (Math.abs(x - current.fromX) < LEAST_DRAG_PX) return
    if (current.moving) return move(current.moving, current.fromX - x)
    const atMs = momentAt(steering, x)
    setChosen({ fromMs: Math.min(current.fromMs, atMs), toMs: Math.max(current.fromMs, atMs) })
  }
  const onPointerUp = () => {
    drag.current = null
    setChosen(null)
    if (chosen) show(between(chosen.fromMs, chosen.toMs, wholeOf(steering)))
  }
  const onPointerLeave = () => setPointed(null)
  return { pointed, chosen, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerLeave } }
}
