import { useEffect, useRef } from 'react'
import { type CanvasSurface, openCanvasSurface } from '../../charts/canvas-surface.ts'
import { drawPoolHeat } from '../../charts/pool-heat/draw.ts'
import {
  cellAt,
  type HeatCell,
  heightOfLines,
  LINE_PX,
  layoutPoolHeat,
  type PoolHeatFrame,
} from '../../charts/pool-heat/layout.ts'
import type { Size } from '../../charts/shape.ts'
import type { ChartTheme } from '../../charts/theme.ts'
import type { HeatCells } from './heat-columns.ts'
import { movedCell } from './move-cell.ts'
import styles from './pool.module.css'

interface Props {
  readonly label: string
  /** Where it is scrolled to is the canvas's own. */
  readonly frame: Omit<PoolHeatFrame, 'scrollTop'>
  readonly cells: HeatCells
  readonly theme: ChartTheme
  readonly selected: HeatCell | null
  /** The id of what tells the cell in words. */
  readonly wordsId: string
  readonly onPoint: (cell: HeatCell | null) => void
  readonly onSelect: (cell: HeatCell) => void
  readonly onOpen: (cell: HeatCell) => void
  readonly onScroll: (firstLine: number) => void
}

/** Keeps the marked line in view. */
const reveal = (scroller: HTMLElement, { line }: HeatCell): void => {
  const top = line * LINE_PX
  const viewPx = scroller.clientHeight - heightOfLines(1)
  if (top < scroller.scrollTop) scroller.scrollTop = top
  else if (top > scroller.scrollTop + viewPx) scroller.scrollTop = top - viewPx
}

const useDrawing = (props: Props) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const surface = useRef<CanvasSurface>(null)
  const latest = useRef(props)
  const scrollTop = useRef(0)
  useEffect(() => {
    latest.current = props
    surface.current?.redraw()
  }, [props])
  useEffect(() => {
    if (!canvas.current) return
    const opened = openCanvasSurface(canvas.current, (ctx, size) => {
      const { frame, cells, selected, theme } = latest.current
      const scrolled = { ...frame, scrollTop: scrollTop.current }
      const layout = layoutPoolHeat(scrolled, size)
      drawPoolHeat(ctx, { ...cells, frame: scrolled, layout, selected, theme })
    })
    surface.current = opened
    return opened.stop
  }, [])
  const cellUnder = (x: number, y: number, size: Size): HeatCell | null => {
    const scrolled = { ...props.frame, scrollTop: scrollTop.current }
    return cellAt(scrolled, layoutPoolHeat(scrolled, size), x, y) ?? null
  }
  const scrolledTo = (top: number) => {
    scrollTop.current = top
    surface.current?.redraw()
    props.onScroll(Math.floor(top / LINE_PX))
  }
  return { canvas, cellUnder, scrolledTo }
}

/** The cells: pointing tells, a click opens; arrows, Home, End and page keys move the mark, Enter opens it. */
export const HeatCanvas = (props: Props) => {
  const { frame, cells, selected } = props
  const { canvas, cellUnder, scrolledTo } = useDrawing(props)
  const sizeOf = ({ clientWidth: width, clientHeight: height }: HTMLElement) => ({ width, height })
  const height = heightOfLines(frame.lines.length)
  return (
    <div
      className={styles.heat}
      role="application"
      aria-label={props.label}
      aria-describedby={props.wordsId}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
      tabIndex={0}
      onScroll={event => scrolledTo(event.currentTarget.scrollTop)}
      onKeyDown={event => {
        if (event.ctrlKey || event.metaKey || event.altKey) return
        if (event.key === 'Enter' && selected) props.onOpen(selected)
        const moved = movedCell(event.key, selected, { ...frame, columns: cells.columns })
        if (!moved) return
        event.preventDefault()
        reveal(event.currentTarget, moved)
        props.onSelect(moved)
      }}
    >
      <canvas
        ref={canvas}
        className={styles.heatCanvas}
        style={{ height: `min(${height}px, var(--heat-view))` }}
        onPointerMove={({ nativeEvent, currentTarget }) =>
          props.onPoint(cellUnder(nativeEvent.offsetX, nativeEvent.offsetY, sizeOf(currentTarget)))
        }
        onPointerLeave={() => props.onPoint(null)}
        onClick={({ nativeEvent, currentTarget }) => {
          const cell = cellUnder(nativeEvent.offsetX, nativeEvent.offsetY, sizeOf(currentTarget))
          if (cell) props.onOpen(cell)
        }}
      />
      <div style={{ height: `calc(${height}px - min(${height}px, var(--heat-view)))` }} />
    </div>
  )
}
