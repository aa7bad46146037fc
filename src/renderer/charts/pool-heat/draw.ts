import { drawShapes } from '../draw-shapes.ts'
import type { Box } from '../shape.ts'
import type { ChartTheme } from '../theme.ts'
import { AXIS_PX, boxOfCell, type HeatCell, type PoolHeatFrame, type PoolHeatLayout } from './layout.ts'
import { NO_LEVEL, sequenceOf } from './sequence.ts'

/** Levels of the rows that were read, past and forecast columns beside each other. */
export interface HeatLevels {
  readonly levels: Uint8Array
  /** Which row is of whom, by id. */
  readonly rows: ReadonlyMap<string, number>
  /** Columns of a row: those of the past and all after now. */
  readonly columns: number
}

interface Part extends HeatLevels {
  readonly first: number
  readonly end: number
  readonly fromColumn: number
  readonly toColumn: number
}

/** Writes a pixel a cell of some lines and columns; headings, rows not read yet and unknown cells stay clear. */
export const paintLines = (
  words: Uint32Array,
  lines: PoolHeatFrame['lines'],
  part: Part & { readonly palette: Uint32Array },
): void => {
  const width = part.toColumn - part.fromColumn
  words.fill(0)
  for (let line = part.first; line < part.end; line++) {
    const of = lines[line]
    const row = of?.kind === 'row' ? part.rows.get(of.id) : undefined
    if (row === undefined) continue
    const from = row * part.columns + part.fromColumn
    for (let column = 0; column < width; column++) {
      const level = part.levels[from + column] ?? NO_LEVEL
      if (level !== NO_LEVEL) words[(line - part.first) * width + column] = part.palette[level] ?? 0
    }
  }
}

/** The sequence as little-endian words of an ImageData. */
export const paletteOf = (theme: ChartTheme): Uint32Array =>
  Uint32Array.from(
    sequenceOf(theme),
    ([red, green, blue]) => (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0,
  )

const drawPart = (
  ctx: CanvasRenderingContext2D,
  frame: PoolHeatFrame,
  { part, box, palette }: { part: Part; box: Box; palette: Uint32Array },
): void => {
  const width = part.toColumn - part.fromColumn
  const height = part.end - part.first
  if (width <= 0 || height <= 0 || box.width <= 0) return
  const image = new ImageData(width, height)
  paintLines(new Uint32Array(image.data.buffer), frame.lines, { ...part, palette })
  const source = new OffscreenCanvas(width, height)
  source.getContext('2d')?.putImageData(image, 0, 0)
  ctx.drawImage(source, box.x, box.y, box.width, box.height)
}

const outline = (ctx: CanvasRenderingContext2D, { x, y, width, height }: Box, theme: ChartTheme): void => {
  ctx.strokeStyle = theme.background
  ctx.lineWidth = 4
  ctx.strokeRect(x - 1, y, width + 2, height)
  ctx.strokeStyle = theme.text
  ctx.lineWidth = 2
  ctx.strokeRect(x - 1, y, width + 2, height)
}

/** The whole heatmap: one image of a pixel a cell for the lines in view, enlarged without smoothing. */
export const drawPoolHeat = (
  ctx: CanvasRenderingContext2D,
  heat: HeatLevels & {
    readonly frame: PoolHeatFrame
    readonly layout: PoolHeatLayout
    readonly selected: HeatCell | null
    readonly theme: ChartTheme
  },
): void => {
  const { frame, layout, theme } = heat
  drawShapes(ctx, layout.shapes, theme)
  ctx.save()
  ctx.beginPath()
  ctx.rect(0, AXIS_PX, ctx.canvas.width, ctx.canvas.height)
  ctx.clip()
  ctx.imageSmoothingEnabled = false
  const lines = { first: layout.firstLine, end: layout.endLine }
  const rows = { y: layout.top, height: (layout.endLine - layout.firstLine) * layout.linePx }
  const palette = paletteOf(theme)
  const part = { levels: heat.levels, rows: heat.rows, columns: heat.columns, ...lines }
  drawPart(ctx, frame, {
    part: { ...part, fromColumn: 0, toColumn: frame.pastColumns },
    box: { ...layout.past, ...rows },
    palette,
  })
  const toColumn = frame.pastColumns + frame.forecastColumns
  drawPart(ctx, frame, {
    part: { ...part, fromColumn: frame.pastColumns, toColumn },
    box: { ...layout.ahead, ...rows, width: frame.forecastColumns * layout.columnPx },
    palette,
  })
  ctx.fillStyle = theme.background
  for (let line = 0; line <= layout.endLine - layout.firstLine; line++)
    ctx.fillRect(layout.past.x, layout.top + line * layout.linePx - 1, layout.ahead.x + layout.ahead.width, 1)
  if (heat.selected) outline(ctx, boxOfCell(frame, layout, heat.selected), theme)
  ctx.restore()
}
