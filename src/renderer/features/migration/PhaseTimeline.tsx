import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { openCanvasSurface } from '../../charts/canvas-surface.ts'
import { drawShapes } from '../../charts/draw-shapes.ts'
import { hitAt } from '../../charts/hit-at.ts'
import type { PhaseTimelineData } from '../../charts/phase-timeline/data.ts'
import { layoutPhaseTimeline } from '../../charts/phase-timeline/layout.ts'
import type { Hit } from '../../charts/shape.ts'
import { chartThemeOf } from '../../charts/theme.ts'
import styles from './migration.module.css'

interface Props {
  /** The picture at this moment; asked again for every frame while `isLive`. */
  readonly read: () => PhaseTimelineData
  readonly isLive: boolean
  /** One sentence for those who do not see the picture. */
  readonly summary: string
}

/** A live timeline moves at most this often: quicker is not seen, and slower where motion is unwelcome. */
const FRAME_MS = 50
const CALM_FRAME_MS = 500

interface Pointed {
  readonly x: number
  readonly y: number
  readonly lines: readonly string[]
}

/** The phase timeline on a canvas, drawn outside React; pointing at a part tells its figures. */
export const PhaseTimeline = ({ read, isLive, summary }: Props) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const hits = useRef<readonly Hit[]>([])
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const frameMs = useMemo(
    () => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? CALM_FRAME_MS : FRAME_MS),
    [],
  )

  useEffect(() => {
    if (!canvas.current) return
    const surface = openCanvasSurface(canvas.current, (ctx, size) => {
      const layout = layoutPhaseTimeline(read(), size)
      hits.current = layout.hits
      drawShapes(ctx, layout.shapes, theme)
    })
    const timer = isLive ? setInterval(surface.redraw, frameMs) : undefined
    return () => {
      clearInterval(timer)
      surface.stop()
    }
  }, [read, isLive, theme, frameMs])

  return (
    <div className={styles.timeline}>
      <canvas
        ref={canvas}
        className={styles.timelineCanvas}
        role="img"
        aria-label={summary}
        onPointerMove={event => {
          const [x, y] = [event.nativeEvent.offsetX, event.nativeEvent.offsetY]
          const hit = hitAt(hits.current, x, y)
          setPointed(hit ? { x, y, lines: hit.lines } : null)
        }}
        onPointerLeave={() => setPointed(null)}
      />
      {pointed && (
        <div
          className={styles.tip}
          style={
            pointed.x > 600
              ? { right: `calc(100% - ${pointed.x - 12}px)`, top: pointed.y + 12 }
              : { left: pointed.x + 12, top: pointed.y + 12 }
          }
        >
          {pointed.lines.map(line => (
            <div key={line}>{line}</div>
          ))}
        </div>
      )}
    </div>
  )
}
