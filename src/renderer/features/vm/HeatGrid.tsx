import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react'
import type { PageHeat } from '../../../shared/model/heat.ts'
import { type CanvasSurface, openCanvasSurface } from '../../charts/canvas-surface.ts'
import { drawHeatGrid } from '../../charts/heat-grid/draw.ts'
import {
  type HeatGridLayout,
  layoutHeatGrid,
  type RegionRange,
  regionsAt,
  regionsOfView,
  shareAt,
} from '../../charts/heat-grid/layout.ts'
import { type HeatView, panView, zoomView } from '../../charts/heat-grid/view.ts'
import type { ChartTheme } from '../../charts/theme.ts'
import styles from './heat.module.css'
import { viewAfterHeatKey } from './heat-keys.ts'

/** Zoom of one notch (100 px) of a wheel. */
const WHEEL_NOTCH = 0.75

interface Props {
  readonly heat: PageHeat
  readonly view: HeatView
  readonly theme: ChartTheme
  readonly label: string
  readonly onView: (view: HeatView) => void
  /** The regions pointed at; null beside them. */
  readonly onPoint: (regions: RegionRange | null) => void
}

interface Drag {
  readonly x: number
  readonly y: number
  readonly view: HeatView
}

const layoutOn = (
  canvas: HTMLCanvasElement,
  { heat, view }: Pick<Props, 'heat' | 'view'>,
): HeatGridLayout => {
  const ratio = window.devicePixelRatio || 1
  const device = { width: canvas.clientWidth * ratio, height: canvas.clientHeight * ratio }
  return layoutHeatGrid(regionsOfView(view, heat.regionPages, heat.classes.length), device)
}

const devicePoint = ({ offsetX, offsetY }: { readonly offsetX: number; readonly offsetY: number }) => {
  const ratio = window.devicePixelRatio || 1
  return [offsetX * ratio, offsetY * ratio] as const
}

/** How far a drag has moved along the address space, as a share of what is shown. */
const draggedShare = (layout: HeatGridLayout, dx: number, dy: number): number => {
  const cells = Math.round(dx / layout.cellWidth) + Math.round(dy / layout.cellHeight) * layout.columns
  return cells / (layout.columns * layout.rows)
}

/** Keeps a canvas painted with the latest of `props`, and zooms by the wheel while it has the focus or Ctrl is held. */
const useHeatCanvas = (props: Props) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const surface = useRef<CanvasSurface>(null)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
    surface.current?.redraw()
  }, [props])
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const opened = openCanvasSurface(element, ctx => {
      const { heat, theme } = latest.current
      drawHeatGrid(ctx, { layout: layoutOn(element, latest.current), classes: heat.classes }, theme)
    })
    surface.current = opened
    const onWheel = (event: WheelEvent) => {
      if (document.activeElement !== element.parentElement && !event.ctrlKey) return
      event.preventDefault()
      const { heat, view, onView } = latest.current
      const at = shareAt(layoutOn(element, latest.current), ...devicePoint(event))
      onView(zoomView(view, { factor: WHEEL_NOTCH ** (-event.deltaY / 100), at }, heat))
    }
    // React listens passively, so that the page would scroll as well.
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => {
      element.removeEventListener('wheel', onWheel)
      opened.stop()
    }
  }, [])
  return canvas
}

/** A stretch of the address space, one cell a region, row by row; wheel, drag and keys look closer and move. */
export const HeatGrid = (props: Props) => {
  const { heat, view, label, onView, onPoint } = props
  const canvas = useHeatCanvas(props)
  const drag = useRef<Drag>(null)
  const onMove = (event: PointerEvent<HTMLCanvasElement>) => {
    const layout = layoutOn(event.currentTarget, props)
    const [x, y] = devicePoint(event.nativeEvent)
    if (!drag.current) return onPoint(regionsAt(layout, x, y) ?? null)
    const { x: fromX, y: fromY, view: from } = drag.current
    onView(panView(from, -draggedShare(layout, x - fromX, y - fromY), heat.totalPages))
  }
  const onDown = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.button !== 0) return
    const [x, y] = devicePoint(event.nativeEvent)
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x, y, view }
    onPoint(null)
  }
  const onUp = () => {
    drag.current = null
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const next = viewAfterHeatKey(event.key, view, heat)
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    onView(next)
  }
  return (
    <div
      className={styles.frame}
      role="application"
      aria-label={label}
      aria-roledescription="page heatmap"
      aria-keyshortcuts="+ - 0 ArrowLeft ArrowRight ArrowUp ArrowDown"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is worked with keys
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <canvas
        ref={canvas}
        className={styles.grid}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={onUp}
        onPointerLeave={() => onPoint(null)}
      />
    </div>
  )
}
