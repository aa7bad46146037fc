import { linearScale } from '../scale.ts'
import { fitted, type Shape, type Size, textWidth } from '../shape.ts'

/** One policy by one figure; `low` and `high` are the ends of its range over several runs. */
export interface PolicyBar {
  readonly name: string
  readonly origin: 'measured' | 'simulated'
  readonly value: number
  readonly low: number
  readonly high: number
  /** The value as it is read. */
  readonly words: string
}

const ROW_PX = 20
const BAR_PX = 11
const GAP_PX = 8
/** Names take at most this share of the width. */
const NAMES_SHARE = 0.45
const EDGE_PX = 1

/** How high a chart of so many bars is. */
export const policyBarsHeight = (count: number): number => count * ROW_PX

/** A line over the range of the runs, with a foot at each end. */
const whisker = (fromX: number, toX: number, y: number): readonly Shape[] => {
  if (toX - fromX < 2) return []
  const line = (points: readonly (readonly [number, number])[]): Shape => ({
    kind: 'path',
    stroke: 'text',
    points,
  })
  return [
    line([
      [fromX, y],
      [toX, y],
    ]),
    line([
      [fromX, y - 3],
      [fromX, y + 3],
    ]),
    line([
      [toX, y - 3],
      [toX, y + 3],
    ]),
  ]
}

/** A bar for each policy, one below the other: solid where it was measured, hatched where it was simulated. */
export const layoutPolicyBars = (bars: readonly PolicyBar[], { width }: Size): readonly Shape[] => {
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(textWidth))
  const namesPx = Math.min(width * NAMES_SHARE, widest(bars.map(({ name }) => name)) + GAP_PX)
  const wordsPx = widest(bars.map(({ words }) => words)) + GAP_PX
  const most = Math.max(...bars.map(({ value, high }) => Math.max(value, high)), Number.MIN_VALUE)
  const toX = linearScale([0, most], [namesPx, Math.max(namesPx + EDGE_PX, width - wordsPx)])
  return bars.flatMap(({ name, origin, value, low, high, words }, index): readonly Shape[] => {
    const y = index * ROW_PX + ROW_PX / 2
    const isMeasured = origin === 'measured'
    const box = {
      x: namesPx,
      y: y - BAR_PX / 2,
      width: Math.max(EDGE_PX, toX(value) - namesPx),
      height: BAR_PX,
    }
    return [
      {
        kind: 'text',
        x: 0,
        y,
        text: fitted(name, namesPx - GAP_PX / 2),
        ink: isMeasured ? 'text' : 'muted',
        align: 'left',
        strong: isMeasured,
      },
      isMeasured
        ? { kind: 'rect', fill: 'sent', ...box }
        : { kind: 'rect', hatch: 'predicted', stroke: 'predicted', ...box },
      ...whisker(toX(low), toX(high), y),
      {
        kind: 'text',
        x: Math.max(toX(value), toX(high)) + GAP_PX / 2,
        y,
        text: words,
        ink: 'text',
        align: 'left',
      },
    ]
  })
}
