import { useEffect } from 'react'
import { type TimelineView, ZOOM_STEP } from '../../charts/phase-timeline/timeline-view.ts'
import { panned, type TimeWindow, zoomed } from '../../charts/time-window.ts'
import { momentAt, type TimelineSteering, wholeOf } from './timeline-steering.ts'

/** Part of what is seen that one notch of the wheel moves by. */
const NOTCH_SHARE = 0.1

const isSideways = (event: WheelEvent): boolean =>
  event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)

const afterWheel = (
  now: TimelineView,
  event: WheelEvent,
  { whole, atMs }: { readonly whole: TimeWindow; readonly atMs: number },
): TimelineView => {
  const view = now.view ?? whole
  if (isSideways(event)) {
    const byMs = Math.sign(event.deltaX || event.deltaY) * NOTCH_SHARE * (view.toMs - view.fromMs)
    return { ...now, view: panned(view, whole, byMs) }
  }
  const factor = event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP
  return { ...now, view: zoomed(view, whole, { atMs, factor }) }
}

/** Zooms and moves by wheel, at the pointer. Only a chart that was clicked takes the wheel without Ctrl: else it would catch everyone who scrolls past it. */
export const useTimelineWheel = (steering: TimelineSteering): void => {
  useEffect(() => {
    const element = steering.canvas.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && document.activeElement !== element) return
      event.preventDefault()
      const ground = { whole: wholeOf(steering), atMs: momentAt(steering, event.offsetX) }
      steering.setState(now => afterWheel(now, event, ground))
    }
    // React listens passively and could not keep the page from scrolling.
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [steering])
}
