import { useComputedColorScheme } from '@mantine/core'
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { openCanvasSurface } from '../../charts/canvas-surface.ts'
import { drawShapes } from '../../charts/draw-shapes.ts'
import type { PhaseTimelineData } from '../../charts/phase-timeline/data.ts'
import {
  layoutPhaseTimeline,
  type PhaseTimelineLayout,
  type TimelineLook,
} from '../../charts/phase-timeline/layout.ts'
import { chartThemeOf } from '../../charts/theme.ts'

/** A live timeline moves at most this often: quicker is not seen, and slower where motion is unwelcome. */
const FRAME_MS = 50
const CALM_FRAME_MS = 500

export interface TimelineCanvas {
  readonly canvas: RefObject<HTMLCanvasElement | null>
  /** What was last drawn; undefined before anything was. */
  readonly drawn: () => PhaseTimelineLayout | undefined
  /** Draws as looked at so at the next frame, without asking React. */
  readonly look: (look: TimelineLook) => void
}

/** Keeps the timeline on its canvas: again at each change, and many times a second while it is live. */
export const useTimelineCanvas = (read: () => PhaseTimelineData, isLive: boolean): TimelineCanvas => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const layout = useRef<PhaseTimelineLayout>(undefined)
  const looked = useRef<TimelineLook>({ view: null, cursor: null })
  const redraw = useRef<() => void>(() => {})
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const [frameMs] = useState(() =>
    window.matchMedia('(prefers-reduced-motion: reduce)').matches ? CALM_FRAME_MS : FRAME_MS,
  )

  useEffect(() => {
    if (!canvas.current) return
    const surface = openCanvasSurface(canvas.current, (ctx, size) => {
      layout.current = layoutPhaseTimeline(read(), size, looked.current)
      drawShapes(ctx, layout.current.shapes, theme)
    })
    redraw.current = surface.redraw
    const timer = isLive ? setInterval(surface.redraw, frameMs) : undefined
    return () => {
      clearInterval(timer)
      surface.stop()
    }
  }, [read, isLive, theme, frameMs])

  const look = useCallback((next: TimelineLook) => {
    looked.current = next
    redraw.current()
  }, [])
  const drawn = useCallback(() => layout.current, [])
  return useMemo(() => ({ canvas, drawn, look }), [drawn, look])
}
