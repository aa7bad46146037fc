import type { ChartTheme, Ink } from '../theme.ts'
import { cellClasses, type HeatGridLayout } from './layout.ts'

/** Cells from this size on are drawn with a gap between them. */
const GAP_FROM_PX = 6

const CLASS_INKS = ['cold', 'warm', 'hot'] as const satisfies readonly Ink[]

/** `#rrggbb` as the little-endian word of an ImageData. */
const wordOf = (colour: string): number => {
  const rgb = Number.parseInt(colour.slice(1), 16)
  return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0
}

/** Writes one pixel a cell into `words` (columns x rows); cells past the last region stay transparent. */
export const paintCells = (words: Uint32Array, classes: Uint8Array, theme: ChartTheme): void => {
  const palette = Uint32Array.from(CLASS_INKS, ink => wordOf(theme[ink]))
  words.fill(0)
  for (let cell = 0; cell < classes.length; cell += 1)
    words[cell] = palette[classes[cell] as number] as number
}

/** The grid at the context's origin, in device pixels: one image of a pixel a cell, enlarged without smoothing. */
export const drawHeatGrid = (
  ctx: CanvasRenderingContext2D,
  heat: { readonly layout: HeatGridLayout; readonly classes: Uint8Array },
  theme: ChartTheme,
): void => {
  const { columns, rows, cellWidth, cellHeight } = heat.layout
  const [width, height] = [columns * cellWidth, rows * cellHeight]
  const image = new ImageData(columns, rows)
  paintCells(new Uint32Array(image.data.buffer), cellClasses(heat.layout, heat.classes), theme)
  const source = new OffscreenCanvas(columns, rows)
  source.getContext('2d')?.putImageData(image, 0, 0)
  ctx.save()
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height)
  ctx.imageSmoothingEnabled = false
  ctx.drawImage(source, 0, 0, width, height)
  if (cellWidth >= GAP_FROM_PX) {
    ctx.fillStyle = theme.background
    for (let column = 1; column <= columns; column += 1) ctx.fillRect(column * cellWidth - 1, 0, 1, height)
    for (let row = 1; row <= rows; row += 1) ctx.fillRect(0, row * cellHeight - 1, width, 1)
  }
  ctx.restore()
}
