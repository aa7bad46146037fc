import type { TrendShape } from './trend-shape.ts'

/** The box that lines are drawn in; it is stretched to the cell, its strokes are not. */
export const TREND_BOX = { width: 160, height: 20 }

/** A trend as the data of three paths: what is measured, what is estimated, and the trigger. */
export interface TrendLines {
  readonly solid: string
  readonly dashed: string
  readonly theta: string
}

export const NO_TREND: TrendLines = { solid: '', dashed: '', theta: '' }

/** Tenths of a pixel, as text. */
const tenths = (px: number): string => String(Math.round(px * 10) / 10)

/** A shape as lines. */
export const trendLines = ({ stretches, thetaY }: TrendShape): TrendLines => {
  const lines = { solid: '', dashed: '' }
  for (const { isEstimated, points } of stretches) {
    let line = ''
    for (let i = 0; i + 1 < points.length; i += 2)
      line += `${i === 0 ? 'M' : 'L'}${tenths(points[i] ?? 0)} ${tenths(points[i + 1] ?? 0)}`
    lines[isEstimated ? 'dashed' : 'solid'] += line
  }
  return { ...lines, theta: thetaY === null ? '' : `M0 ${tenths(thetaY)}H${TREND_BOX.width}` }
}
