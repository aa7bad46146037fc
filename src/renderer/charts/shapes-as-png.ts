import { drawShapes } from './draw-shapes.ts'
import type { Picture } from './shapes-as-svg.ts'

/** Sharp on paper and on fine screens. */
const PIXEL_RATIO = 2

/** A picture as a PNG of twice its size in pixels. */
export const shapesAsPng = async ({ shapes, theme, width, height }: Picture): Promise<Blob> => {
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(width * PIXEL_RATIO)
  canvas.height = Math.ceil(height * PIXEL_RATIO)
  const ctx = canvas.getContext('2d')
  if (!ctx) throw new Error('this window has no canvas to draw the picture on')
  ctx.scale(PIXEL_RATIO, PIXEL_RATIO)
  drawShapes(ctx, [{ kind: 'rect', x: 0, y: 0, width, height, fill: 'background' }, ...shapes], theme)
  return new Promise((resolve, reject) => {
    canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('the picture could not be encoded'))))
  })
}
