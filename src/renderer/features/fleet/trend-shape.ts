import { originCodes } from '../../../shared/model/sample.ts'
import type { SampleRing } from '../../state/index.ts'

/** A stretch of the trend line in CSS pixels: x and y alternate. Estimated stretches are drawn dashed. */
export interface TrendStretch {
  readonly isEstimated: boolean
  readonly points: readonly number[]
}

export interface TrendShape {
  readonly stretches: readonly TrendStretch[]
  /** Height of the trigger in pixels from the top; null where the trend stays far below it. */
  readonly thetaY: number | null
}

const WINDOW_MS = 10 * 60_000
/** Rates below this (1 MiB/s in pages/s) are drawn flat: noise is no trend. */
const SMALLEST_FULL_SCALE = 256
/** The trigger is drawn once the rate has come within this factor of it. */
const THETA_NEAR = 3

type Readings = Pick<SampleRing, 'length' | 'atMs' | 'dirtyPagesPerSecond' | 'dirtyOrigin'>

const firstWithin = (ring: Readings, fromMs: number): number => {
  let index = ring.length
  while (index > 0 && ring.atMs(index - 1) >= fromMs) index--
  return index
}

/** The last 10 minutes (pool time) of a VM's dirty rate as lines in a box; zero is the bottom, gaps stay gaps. */
export const trendShape = (
  ring: Readings,
  box: { readonly width: number; readonly height: number; readonly thetaPagesPerSecond: number | undefined },
): TrendShape => {
  if (ring.length === 0) return { stretches: [], thetaY: null }
  const toMs = ring.atMs(ring.length - 1)
  const from = firstWithin(ring, toMs - WINDOW_MS)
  let top = SMALLEST_FULL_SCALE
  for (let i = from; i < ring.length; i++) top = Math.max(top, ring.dirtyPagesPerSecond(i) || 0)
  const theta = box.thetaPagesPerSecond
  const isNear = theta !== undefined && top * THETA_NEAR > theta
  if (isNear) top = Math.max(top, theta)

  const x = (atMs: number) => box.width * (1 - (toMs - atMs) / WINDOW_MS)
  const y = (rate: number) => 1 + (box.height - 2) * (1 - rate / top)
  const stretches: { isEstimated: boolean; points: number[] }[] = []
  let open: { isEstimated: boolean; points: number[] } | undefined
  for (let i = from; i < ring.length; i++) {
    const rate = ring.dirtyPagesPerSecond(i)
    const origin = ring.dirtyOrigin(i)
    if (origin === originCodes.unavailable || Number.isNaN(rate)) {
      open = undefined
      continue
    }
    const point = [x(ring.atMs(i)), y(rate)] as const
    const isEstimated = origin === originCodes.estimated
    if (!open || open.isEstimated !== isEstimated) {
      // A change of origin goes on from the last point, so that the line does not break.
      open = { isEstimated, points: open ? open.points.slice(-2) : [] }
      stretches.push(open)
    }
    open.points.push(...point)
  }
  return { stretches, thetaY: isNear ? y(theta) : null }
}
