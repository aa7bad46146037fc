import { linearScale, roundStep } from '../scale.ts'
import type { Shape, Size } from '../shape.ts'

/** What one reading says of the whole memory, at its time. */
export interface HeatMoment {
  readonly atMs: number
  /** Of all pages, 0..1. */
  readonly hotShare: number
  readonly warmShare: number
}

/** A reading stands for at most so long after it; longer silence stays empty. */
const READING_LASTS_MS = 6000

/** The strip never shows less than this share from foot to top, so that noise does not look like a storm (ours). */
const LEAST_TOP = 0.05

/** The frame of a reading that is thinner is as wide as this. */
const LEAST_FRAME_PX = 5

/** When a reading gives way to the next, or to silence. */
const endOf = (moments: readonly HeatMoment[], index: number, lastMs: number): number =>
  Math.min(moments[index + 1]?.atMs ?? lastMs, (moments[index]?.atMs ?? 0) + READING_LASTS_MS)

/** A bar a reading over time: hot at the foot, warm upon it, gaps where nothing was read, a frame around the one shown. */
export const layoutHeatStrip = (
  moments: readonly HeatMoment[],
  shown: number,
  { width, height }: Size,
): readonly Shape[] => {
  const first = moments[0]?.atMs ?? 0
  const last = (moments.at(-1)?.atMs ?? 0) + READING_LASTS_MS / 3
  const scale = linearScale([first, last], [0, width])
  const x = (atMs: number) => Math.round(scale(atMs))
  const most = Math.max(...moments.map(({ hotShare, warmShare }) => hotShare + warmShare), LEAST_TOP)
  const top = Math.min(1, roundStep(most))
  const bars = moments.flatMap(({ atMs, hotShare, warmShare }, index): readonly Shape[] => {
    const untilMs = endOf(moments, index, last)
    const box = { kind: 'rect', x: x(atMs), width: Math.max(1, x(untilMs) - x(atMs)) } as const
    // A share above none is a pixel at least.
    const hot = hotShare > 0 ? Math.max(1, (hotShare / top) * height) : 0
    const warm = warmShare > 0 ? Math.max(1, (warmShare / top) * height) : 0
    return [
      { ...box, y: 0, height, fill: 'lane' },
      { ...box, y: Math.max(0, height - hot - warm), height: warm, fill: 'warm' },
      { ...box, y: height - hot, height: hot, fill: 'hot' },
    ]
  })
  const at = moments[shown]
  const label: Shape = {
    kind: 'text',
    x: 4,
    y: 8,
    text: `${Math.round(top * 100)}%`,
    ink: 'muted',
    align: 'left',
    halo: 'lane',
  }
  if (!at) return [...bars, label]
  const from = x(at.atMs)
  const until = x(endOf(moments, shown, last))
  const framed = Math.max(LEAST_FRAME_PX, until - from)
  const frame = { kind: 'rect', y: 0, height, x: Math.min(width - framed, from), width: framed } as const
  return [...bars, label, { ...frame, stroke: 'text' }]
}
