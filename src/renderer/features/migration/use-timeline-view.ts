import { type KeyboardEvent, useEffect, useMemo, useState } from 'react'
import type { PhaseTimelineData } from '../../charts/phase-timeline/data.ts'
import { timelineStops } from '../../charts/phase-timeline/stops.ts'
import { viewAfterKey, WHOLE_TIMELINE } from '../../charts/phase-timeline/timeline-view.ts'
import { wholeOf } from './timeline-steering.ts'
import type { TimelineCanvas } from './use-timeline-canvas.ts'
import { useTimelinePointer } from './use-timeline-pointer.ts'
import { useTimelineWheel } from './use-timeline-wheel.ts'

/** Steers a timeline by pointer, wheel and keys. */
export const useTimelineView = (read: () => PhaseTimelineData, { canvas, drawn, look }: TimelineCanvas) => {
  const [state, setState] = useState(WHOLE_TIMELINE)
  const steering = useMemo(() => ({ canvas, read, drawn, setState }), [canvas, read, drawn])
  const { pointed, chosen, handlers } = useTimelinePointer(steering, state)
  useTimelineWheel(steering)
  const stop = state.stop === null ? undefined : timelineStops(read())[state.stop]
  const showWhole = () => setState(now => ({ ...now, view: null }))

  useEffect(() => {
    look({ view: state.view, cursor: chosen ?? stop ?? null })
  }, [look, state.view, chosen, stop])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const next = viewAfterKey(state, event, { whole: wholeOf(steering), stops: timelineStops(read()) })
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    setState(next)
  }
  return {
    view: state.view,
    stop,
    pointed,
    showWhole,
    handlers: { ...handlers, onKeyDown, onDoubleClick: showWhole },
  }
}
