import { hatchLines } from './hatch.ts'
import { CHART_FONT_PX, type Shape } from './shape.ts'
import type { ChartTheme } from './theme.ts'

type Context = CanvasRenderingContext2D
type RectShape = Extract<Shape, { kind: 'rect' }>
type PathShape = Extract<Shape, { kind: 'path' }>
type TextShape = Extract<Shape, { kind: 'text' }>

/** An edge around less would fill it. */
const LEAST_EDGED_PX = 4
export const FONT_FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'

const drawHatch = (ctx: Context, shape: RectShape, colour: string) => {
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.5
  ctx.beginPath()
  for (const [from, to] of hatchLines(shape)) {
    ctx.moveTo(...from)
    ctx.lineTo(...to)
  }
  ctx.stroke()
}

const drawRect = (ctx: Context, shape: RectShape, theme: ChartTheme) => {
  if (shape.fill) {
    ctx.fillStyle = theme[shape.fill]
    ctx.fillRect(shape.x, shape.y, shape.width, shape.height)
  }
  if (shape.hatch) drawHatch(ctx, shape, theme[shape.hatch])
  if (shape.stroke && shape.width > LEAST_EDGED_PX) {
    ctx.strokeStyle = theme[shape.stroke]
    ctx.lineWidth = 1
    ctx.strokeRect(shape.x + 0.5, shape.y + 0.5, shape.width - 1, Math.max(0, shape.height - 1))
  }
}

const drawPath = (ctx: Context, shape: PathShape, theme: ChartTheme) => {
  ctx.beginPath()
  for (const [x, y] of shape.points) ctx.lineTo(x, y)
  if (shape.fill) {
    ctx.closePath()
    ctx.fillStyle = theme[shape.fill]
    ctx.fill()
  }
  if (shape.stroke) {
    ctx.strokeStyle = theme[shape.stroke]
    ctx.lineWidth = shape.width ?? 1
    ctx.lineJoin = 'round'
    ctx.setLineDash([...(shape.dash ?? [])])
    ctx.stroke()
    ctx.setLineDash([])
  }
}

const drawText = (ctx: Context, shape: TextShape, theme: ChartTheme) => {
  ctx.font = `${shape.strong ? '600 ' : ''}${CHART_FONT_PX}px ${FONT_FAMILY}`
  ctx.textAlign = shape.align
  ctx.textBaseline = 'middle'
  if (shape.halo) {
    ctx.strokeStyle = theme[shape.halo]
    ctx.lineWidth = 4
    ctx.lineJoin = 'round'
    ctx.strokeText(shape.text, shape.x, shape.y)
  }
  ctx.fillStyle = theme[shape.ink]
  ctx.fillText(shape.text, shape.x, shape.y)
}

/** Draws `shapes` in order on a cleared canvas; the context is scaled to CSS pixels already. */
export const drawShapes = (ctx: Context, shapes: readonly Shape[], theme: ChartTheme): void => {
  ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height)
  drawOver(ctx, shapes, theme)
}

/** Draws `shapes` in order over what is there. */
export const drawOver = (ctx: Context, shapes: readonly Shape[], theme: ChartTheme): void => {
  for (const shape of shapes) {
    ctx.globalAlpha = 'opacity' in shape ? (shape.opacity ?? 1) : 1
    if (shape.kind === 'rect') drawRect(ctx, shape, theme)
    else if (shape.kind === 'path') drawPath(ctx, shape, theme)
    else drawText(ctx, shape, theme)
  }
  ctx.globalAlpha = 1
}
