import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { type CanvasSurface, openCanvasSurface } from '../../charts/canvas-surface.ts'
import { type DirtyCurveData, layoutDirtyCurve } from '../../charts/dirty-curve/layout.ts'
import { drawShapes } from '../../charts/draw-shapes.ts'
import { hitAt } from '../../charts/hit-at.ts'
import { chartThemeOf } from '../../charts/theme.ts'
import styles from './vm.module.css'

/** The dirty curve on a canvas, drawn outside React; pointing at a window tells what was read. */
export const DirtyCurve = ({
  data,
  summary,
}: {
  readonly data: DirtyCurveData
  readonly summary: string
}) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const surface = useRef<CanvasSurface>(null)
  const latest = useRef(data)
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const [words, setWords] = useState('')
  useEffect(() => {
    latest.current = data
    surface.current?.redraw()
  }, [data])
  useEffect(() => {
    if (!canvas.current) return
    const opened = openCanvasSurface(canvas.current, (ctx, size) =>
      drawShapes(ctx, layoutDirtyCurve(latest.current, size).shapes, theme),
    )
    surface.current = opened
    return opened.stop
  }, [theme])
  return (
    <div>
      <canvas
        ref={canvas}
        className={styles.curveCanvas}
        role="img"
        aria-label={summary}
        onPointerMove={({ currentTarget, nativeEvent }) => {
          const size = { width: currentTarget.clientWidth, height: currentTarget.clientHeight }
          const hit = hitAt(layoutDirtyCurve(data, size).hits, nativeEvent.offsetX, nativeEvent.offsetY)
          setWords(hit?.lines.join(' ') ?? '')
        }}
        onPointerLeave={() => setWords('')}
      />
      <p className={styles.dim} aria-live="off">
        {words || 'Squares were read; dashed and shaded is estimated. Point at a square for its figures.'}
      </p>
    </div>
  )
}
