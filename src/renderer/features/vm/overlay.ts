import type uPlot from 'uplot'
import { threeFigures } from '../../../shared/units.ts'
import { drawOver } from '../../charts/draw-shapes.ts'
import type { ChartTheme } from '../../charts/theme.ts'
import {
  layoutPlainOverlay,
  layoutTimeOverlay,
  type OverlayFrame,
  type TimeOverlay,
} from '../../charts/time-overlay/layout.ts'
import type { ChartScene } from './time-charts.ts'

interface Overlay {
  readonly scene: ChartScene
  readonly theme: ChartTheme
  readonly isMain: boolean
}

const overlayOf = ({ columns, thetaMib, ...scene }: ChartScene): TimeOverlay => {
  const { seconds, measured, estimated, forecast } = columns
  return {
    ...scene,
    // It begins at the last known value, which is no forecast yet.
    hasForecast: forecast.filter(value => value !== null).length > 1,
    line: thetaMib === null ? null : { value: thetaMib, words: `theta ${threeFigures(thetaMib)} MiB/s` },
    curve: seconds.flatMap((at, i) => {
      const rate = measured[i] ?? estimated[i] ?? forecast[i] ?? null
      return rate === null ? [] : [[at * 1000, rate] as const]
    }),
  }
}

const frameOf = (chart: uPlot, ratio: number): OverlayFrame => {
  const { left, top, width, height } = chart.bbox
  return {
    plot: { x: left / ratio, y: top / ratio, width: width / ratio, height: height / ratio },
    toX: atMs => chart.valToPos(atMs / 1000, 'x', true) / ratio,
    toY: value => chart.valToPos(value, 'y', true) / ratio,
  }
}

/** Now, theta, gaps and the marks over a chart; `isMain` says them in words too. */
export const drawOverlay = (chart: uPlot, { scene, theme, isMain }: Overlay): void => {
  const { ctx } = chart
  const ratio = window.devicePixelRatio || 1
  const layout = isMain ? layoutTimeOverlay : layoutPlainOverlay
  ctx.save()
  // uPlot draws in device pixels.
  ctx.scale(ratio, ratio)
  ctx.setLineDash([])
  drawOver(ctx, layout(overlayOf(scene), frameOf(chart, ratio)), theme)
  ctx.restore()
}
