import { drawShapes } from '../../src/renderer/charts/draw-shapes.ts'
import { layoutPhaseTimeline } from '../../src/renderer/charts/phase-timeline/layout.ts'
import { chartThemeOf } from '../../src/renderer/charts/theme.ts'
import { longTimeline } from './a-timeline.ts'

export interface FrameCost {
  readonly layoutMs: number
  /** Until the pixels are there. */
  readonly drawMs: number
}

/** Runs in a page: draws a long timeline again and again while it is zoomed into and moved along; what each frame cost. */
export const timelineFrames = ({
  rounds,
  faults,
  frames,
  width,
  height,
}: {
  readonly rounds: number
  readonly faults: number
  readonly frames: number
  readonly width: number
  readonly height: number
}): readonly FrameCost[] => {
  const data = longTimeline({ rounds, faults })
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  document.body.append(canvas)
  const ctx = canvas.getContext('2d')
  if (!ctx) throw new Error('there is no canvas')
  return Array.from({ length: frames }, (_, frame) => {
    const span = data.elapsedMs * 0.5 ** (frame % 8)
    const fromMs = ((data.elapsedMs - span) * ((frame * 7) % frames)) / frames
    const startMs = performance.now()
    const view = frame % 8 === 0 ? null : { fromMs, toMs: fromMs + span }
    const { shapes } = layoutPhaseTimeline(data, { width, height }, { view, cursor: null })
    const laidOutMs = performance.now()
    drawShapes(ctx, shapes, chartThemeOf('dark'))
    // Reading a pixel back makes the browser finish the drawing now.
    ctx.getImageData(0, 0, 1, 1)
    return { layoutMs: laidOutMs - startMs, drawMs: performance.now() - laidOutMs }
  })
}
