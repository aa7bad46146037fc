import type uPlot from 'uplot'
import { threeFigures } from '../../../shared/units.ts'
import type { ChartTheme } from '../../charts/theme.ts'
import type { Gap } from './gaps.ts'
import type { Mark } from './marks.ts'
import type { ChartScene } from './time-charts.ts'

interface Overlay {
  readonly scene: ChartScene
  readonly theme: ChartTheme
  readonly isMain: boolean
}

interface Pen {
  readonly ctx: CanvasRenderingContext2D
  readonly chart: uPlot
  readonly theme: ChartTheme
  /** Device pixels in a CSS pixel. */
  readonly ratio: number
}

const line = ({ ctx }: Pen, from: readonly [number, number], to: readonly [number, number]) => {
  ctx.beginPath()
  ctx.moveTo(...from)
  ctx.lineTo(...to)
  ctx.stroke()
}

const label = (
  pen: Pen,
  text: string,
  at: { readonly x: number; readonly y: number; readonly align: CanvasTextAlign },
) => {
  const { ctx, theme, ratio } = pen
  ctx.font = `${11 * ratio}px system-ui, sans-serif`
  ctx.textAlign = at.align
  ctx.textBaseline = 'middle'
  ctx.setLineDash([])
  ctx.lineWidth = 4 * ratio
  ctx.strokeStyle = theme.background
  ctx.strokeText(text, at.x, at.y)
  ctx.fillText(text, at.x, at.y)
}

const drawNow = (pen: Pen, seconds: number, isMain: boolean) => {
  const { ctx, chart, theme, ratio } = pen
  const { left, top, width, height } = chart.bbox
  const x = Math.round(chart.valToPos(seconds, 'x', true))
  if (x < left || x > left + width) return
  ctx.fillStyle = theme.axis
  ctx.globalAlpha = 0.12
  ctx.fillRect(x, top, left + width - x, height)
  ctx.globalAlpha = 1
  ctx.strokeStyle = theme.axis
  ctx.lineWidth = ratio
  ctx.setLineDash([])
  line(pen, [x, top], [x, top + height])
  if (!isMain) return
  ctx.fillStyle = theme.muted
  label(pen, 'now', { x: x - 4 * ratio, y: top - 7 * ratio, align: 'right' })
  // Over an hour the forecast's stretch is too narrow for its name.
  if (left + width - x > 60 * ratio)
    label(pen, 'forecast', { x: x + 4 * ratio, y: top - 7 * ratio, align: 'left' })
}

const LABEL_PX = 110

/** Where along the line a label meets the curve least, device pixels: of four places the one furthest from it. */
const clearX = ({ chart, ratio }: Pen, scene: ChartScene, value: number): number => {
  const { left, width } = chart.bbox
  const { seconds, measured, estimated, forecast } = scene.columns
  const nearest = [0, 0, 0, 0].map(() => Number.POSITIVE_INFINITY)
  seconds.forEach((at, i) => {
    const x = chart.valToPos(at, 'x', true) - left
    const rate = measured[i] ?? estimated[i] ?? forecast[i] ?? null
    if (rate === null) return
    nearest.forEach((closest, place) => {
      const from = (place * width) / nearest.length
      if (x >= from && x <= from + LABEL_PX * ratio)
        nearest[place] = Math.min(closest, Math.abs(rate - value))
    })
  })
  return left + (nearest.indexOf(Math.max(...nearest)) * width) / nearest.length + 6 * ratio
}

const drawTheta = (pen: Pen, scene: ChartScene, thetaMib: number) => {
  const { ctx, chart, theme, ratio } = pen
  const { left, top, width } = chart.bbox
  const y = Math.round(chart.valToPos(thetaMib, 'y', true))
  const text = `theta ${threeFigures(thetaMib)} MiB/s`
  ctx.fillStyle = theme.threshold
  if (y < top) {
    label(pen, `${text} lies far above this scale`, {
      x: left + 6 * ratio,
      y: top + 9 * ratio,
      align: 'left',
    })
    return
  }
  ctx.strokeStyle = theme.threshold
  ctx.lineWidth = 1.5 * ratio
  ctx.setLineDash([6 * ratio, 4 * ratio])
  line(pen, [left, y], [left + width, y])
  label(pen, text, { x: clearX(pen, scene, thetaMib), y: y - 9 * ratio, align: 'left' })
}

/** The line says when, the triangle at its foot that something happened, the word what; null leaves the word out. */
const drawMark = (pen: Pen, mark: Mark, { isMain, word }: { isMain: boolean; word: string | null }) => {
  const { ctx, chart, theme, ratio } = pen
  const { left, top, width, height } = chart.bbox
  const x = Math.round(chart.valToPos(mark.atMs / 1000, 'x', true))
  if (x < left || x > left + width) return
  const bottom = top + height
  ctx.strokeStyle = mark.kind === 'migration' ? theme.sent : theme.pause
  ctx.fillStyle = ctx.strokeStyle
  ctx.lineWidth = ratio
  ctx.setLineDash(mark.kind === 'expected' ? [3 * ratio, 3 * ratio] : [])
  line(pen, [x, top], [x, bottom])
  if (!isMain) return
  ctx.beginPath()
  ctx.moveTo(x - 5 * ratio, bottom)
  ctx.lineTo(x + 5 * ratio, bottom)
  ctx.lineTo(x, bottom - 8 * ratio)
  ctx.fill()
  if (word === null) return
  const isRight = x > left + width - 110 * ratio
  label(pen, word, {
    x: isRight ? x - 7 * ratio : x + 7 * ratio,
    y: bottom - 7 * ratio,
    align: isRight ? 'right' : 'left',
  })
}

/** Least distance of two marks that are both named, CSS pixels. */
const NAMED_PX = 90

/** The marks that have room for their names: of two close together the later. */
const namedMarks = ({ chart, ratio }: Pen, marks: readonly Mark[]): ReadonlySet<Mark> => {
  const named = new Set<Mark>()
  let lastX = Number.POSITIVE_INFINITY
  for (const mark of [...marks].sort((a, b) => b.atMs - a.atMs)) {
    const x = chart.valToPos(mark.atMs / 1000, 'x', true)
    if (lastX - x < NAMED_PX * ratio) continue
    named.add(mark)
    lastX = x
  }
  return named
}

const drawGap = (pen: Pen, gap: Gap) => {
  const { ctx, chart, theme, ratio } = pen
  const { top, height } = chart.bbox
  const [from, to] = [gap.fromMs, gap.toMs].map(ms => chart.valToPos(ms / 1000, 'x', true))
  if (from === undefined || to === undefined || to - from < gap.words.length * 6.5 * ratio) return
  ctx.fillStyle = theme.muted
  label(pen, gap.words, { x: (from + to) / 2, y: top + 0.75 * height, align: 'center' })
}

/** Now, theta, gaps and the marks over a chart; `isMain` says them in words too. */
export const drawOverlay = (chart: uPlot, { scene, theme, isMain }: Overlay): void => {
  const { ctx } = chart
  const pen: Pen = { ctx, chart, theme, ratio: window.devicePixelRatio || 1 }
  ctx.save()
  drawNow(pen, scene.nowMs / 1000, isMain)
  if (isMain) for (const gap of scene.gaps) drawGap(pen, gap)
  const named = isMain ? namedMarks(pen, scene.marks) : null
  for (const mark of scene.marks) drawMark(pen, mark, { isMain, word: named?.has(mark) ? mark.label : null })
  if (isMain && scene.thetaMib !== null) drawTheta(pen, scene, scene.thetaMib)
  ctx.restore()
}
