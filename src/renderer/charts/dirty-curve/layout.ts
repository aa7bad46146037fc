import { formatBytes, PAGE_BYTES } from '../../../shared/units.ts'
import { linearScale, type Scale, ticksBetween } from '../scale.ts'
import type { Box, Hit, Point, Shape, Size } from '../shape.ts'

/** A dirty curve: bytes dirtied within a window, by its length. */
export interface DirtyCurveData {
  /** Shortest window first; the true curve lies between low and high. */
  readonly curve: readonly {
    readonly windowMs: number
    readonly bytes: number
    readonly lowBytes: number
    readonly highBytes: number
  }[]
  /** What was read, shortest first, with words for whoever points at it. */
  readonly windows: readonly { readonly windowMs: number; readonly bytes: number; readonly words: string }[]
}

export interface DirtyCurveLayout {
  readonly shapes: readonly Shape[]
  readonly hits: readonly Hit[]
}

const LEFT_PX = 62
const RIGHT_PX = 10
const TOP_PX = 8
const BOTTOM_PX = 34
const DECADES_MS = [100, 1000, 10_000] as const
const DOT_PX = 7
const REACH_PX = 18
/** The wide part of the band may pass the top of the scale: the curve must not lie flat for it. */
const HEADROOM = 1.3
const ESTIMATED_DASH = [7, 6] as const
const BINARY_STEP = 1024

const secondsText = (ms: number): string => `${ms / 1000} s`

interface Frame {
  readonly plot: Box
  readonly toX: Scale
  readonly toY: Scale
  readonly topBytes: number
}

const frameOf = ({ curve, windows }: DirtyCurveData, size: Size): Frame => {
  const plot = {
    x: LEFT_PX,
    y: TOP_PX,
    width: Math.max(1, size.width - LEFT_PX - RIGHT_PX),
    height: Math.max(1, size.height - TOP_PX - BOTTOM_PX),
  }
  // Less than a page is never dirtied: a guest that writes nothing lies on the foot of a scale that can be read.
  const topBytes =
    HEADROOM * Math.max(PAGE_BYTES, ...curve.map(({ bytes }) => bytes), ...windows.map(({ bytes }) => bytes))
  const lengths = curve.map(({ windowMs }) => Math.log(windowMs))
  const log = linearScale([lengths[0] ?? 0, lengths.at(-1) ?? 1], [plot.x, plot.x + plot.width])
  return {
    plot,
    topBytes,
    toX: ms => log(Math.log(ms)),
    toY: linearScale([0, topBytes], [plot.y + plot.height, plot.y]),
  }
}

/** Round steps of bytes are round in their own unit: MiB, GiB. */
const byteTicks = (topBytes: number): readonly number[] => {
  const unit = BINARY_STEP ** Math.floor(Math.log(topBytes) / Math.log(BINARY_STEP))
  return ticksBetween(0, topBytes / unit, 4).map(tick => tick * unit)
}

const axes = ({ plot, toX, toY, topBytes }: Frame): readonly Shape[] => {
  const foot = plot.y + plot.height
  return [
    ...byteTicks(topBytes).flatMap((bytes): Shape[] => [
      {
        kind: 'path',
        stroke: 'grid',
        points: [
          [plot.x, toY(bytes)],
          [plot.x + plot.width, toY(bytes)],
        ],
      },
      { kind: 'text', x: plot.x - 6, y: toY(bytes), text: formatBytes(bytes), ink: 'muted', align: 'right' },
    ]),
    ...DECADES_MS.flatMap((ms): Shape[] => [
      {
        kind: 'path',
        stroke: 'grid',
        points: [
          [toX(ms), plot.y],
          [toX(ms), foot],
        ],
      },
      { kind: 'text', x: toX(ms), y: foot + 9, text: secondsText(ms), ink: 'muted', align: 'center' },
    ]),
    {
      kind: 'text',
      x: plot.x + plot.width / 2,
      y: foot + 25,
      text: 'length of the window, logarithmic',
      ink: 'muted',
      align: 'center',
    },
  ]
}

const band = ({ curve }: DirtyCurveData, { toX, toY, topBytes }: Frame): readonly Shape[] => {
  const edge = (pick: (point: DirtyCurveData['curve'][number]) => number): readonly Point[] =>
    curve.map(point => [toX(point.windowMs), toY(Math.min(topBytes, pick(point)))])
  const points = [...edge(({ highBytes }) => highBytes), ...edge(({ lowBytes }) => lowBytes).toReversed()]
  return [{ kind: 'path', points, fill: 'dirtied', opacity: 0.18 }]
}

/** A longer window dirties no fewer pages: one that was read of a calmer guest does not pull the curve down. */
const neverFalling = <At extends { readonly bytes: number }>(points: readonly At[]): readonly At[] => {
  let most = 0
  return points.map(point => {
    most = Math.max(most, point.bytes)
    return { ...point, bytes: most }
  })
}

/** Solid between the shortest and the longest window that was read, dashed beyond. */
const line = ({ curve, windows }: DirtyCurveData, { toX, toY }: Frame): readonly Shape[] => {
  const known = windows.map(({ windowMs }) => windowMs)
  const [shortest, longest] = [known[0] ?? Number.POSITIVE_INFINITY, known.at(-1) ?? 0]
  const all = neverFalling([...curve, ...windows].sort((a, b) => a.windowMs - b.windowMs))
  const part = (from: number, to: number): readonly Point[] =>
    all
      .filter(({ windowMs }) => windowMs >= from && windowMs <= to)
      .map(({ windowMs, bytes }) => [toX(windowMs), toY(bytes)])
  const stroke = { kind: 'path', stroke: 'dirtied', width: 2 } as const
  return [
    { ...stroke, points: part(0, shortest), dash: ESTIMATED_DASH },
    { ...stroke, points: part(shortest, longest) },
    { ...stroke, points: part(longest, Number.POSITIVE_INFINITY), dash: ESTIMATED_DASH },
  ]
}

/** The curve over a logarithmic axis of window lengths, its uncertainty, and the windows that were read. */
export const layoutDirtyCurve = (data: DirtyCurveData, size: Size): DirtyCurveLayout => {
  const frame = frameOf(data, size)
  const { toX, toY } = frame
  const around = (at: { readonly windowMs: number; readonly bytes: number }, px: number): Box => ({
    x: toX(at.windowMs) - px / 2,
    y: toY(at.bytes) - px / 2,
    width: px,
    height: px,
  })
  return {
    shapes: [
      ...axes(frame),
      ...band(data, frame),
      ...line(data, frame),
      ...data.windows.map(
        (window): Shape => ({ kind: 'rect', fill: 'dirtied', stroke: 'text', ...around(window, DOT_PX) }),
      ),
    ],
    hits: data.windows.map(window => ({ box: around(window, REACH_PX), lines: [window.words] })),
  }
}
