import type { Size } from './shape.ts'

/** Draws one frame into a context that is scaled to CSS pixels. */
export type Paint = (ctx: CanvasRenderingContext2D, size: Size, pixelRatio: number) => void

/** A canvas that keeps its resolution: `redraw` paints at the next animation frame, at most once a frame. */
export interface CanvasSurface {
  redraw(): void
  stop(): void
}

/** Keeps `canvas` as large and as sharp as its box and repaints on resize and on moves between screens. */
export const openCanvasSurface = (canvas: HTMLCanvasElement, paint: Paint): CanvasSurface => {
  let frame = 0
  const draw = () => {
    frame = 0
    const { clientWidth: width, clientHeight: height } = canvas
    const ctx = canvas.getContext('2d')
    if (!ctx || width === 0 || height === 0) return
    const ratio = window.devicePixelRatio || 1
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (canvas.width !== pixelWidth) canvas.width = pixelWidth
    if (canvas.height !== pixelHeight) canvas.height = pixelHeight
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
    paint(ctx, { width, height }, ratio)
  }
  const redraw = () => {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }
  const observer = new ResizeObserver(redraw)
  observer.observe(canvas)
  // A resolution query only matches its own ratio, so it is renewed each time it stops matching.
  let ratioQuery: MediaQueryList | undefined
  const watchRatio = () => {
    ratioQuery?.removeEventListener('change', watchRatio)
    ratioQuery = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
    ratioQuery.addEventListener('change', watchRatio)
    redraw()
  }
  watchRatio()
  return {
    redraw,
    stop: () => {
      if (frame !== 0) cancelAnimationFrame(frame)
      observer.disconnect()
      ratioQuery?.removeEventListener('change', watchRatio)
    },
  }
}
