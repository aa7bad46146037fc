import type { Scale } from '../scale.ts'
import { type Box, type Shape, textWidth } from '../shape.ts'

export interface OverlayMark {
  readonly kind: 'trigger' | 'migration' | 'expected'
  readonly atMs: number
  readonly label: string
}

/** What lies over a curve of time; times are ms, values in the unit of the curve. */
export interface TimeOverlay {
  readonly nowMs: number
  readonly hasForecast: boolean
  readonly marks: readonly OverlayMark[]
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number; readonly words: string }[]
  readonly line: { readonly value: number; readonly words: string } | null
  /** The curve itself, for words to stand clear of it. */
  readonly curve: readonly (readonly [atMs: number, value: number])[]
}

export interface OverlayFrame {
  readonly plot: Box
  readonly toX: Scale
  readonly toY: Scale
}

type Text = Extract<Shape, { kind: 'text' }>

const said = (text: string, at: Pick<Text, 'x' | 'y' | 'align' | 'ink'>): Shape => ({
  kind: 'text',
  text,
  halo: 'background',
  ...at,
})

const isWithin = ({ x, width }: Box, at: number): boolean => at >= x && at <= x + width

/** Now, and what lies after it. */
const nowShapes = ({ nowMs }: Pick<TimeOverlay, 'nowMs'>, { plot, toX }: OverlayFrame): readonly Shape[] => {
  const x = Math.round(toX(nowMs))
  if (!isWithin(plot, x)) return []
  const width = plot.x + plot.width - x
  return [
    { kind: 'rect', x, y: plot.y, width, height: plot.height, fill: 'axis', opacity: 0.12 },
    { kind: 'path', points: upright(plot, x), stroke: 'axis' },
  ]
}

const upright = ({ y, height }: Box, x: number) =>
  [
    [x, y],
    [x, y + height],
  ] as const

const nowWords = (overlay: TimeOverlay, { plot, toX }: OverlayFrame): readonly Shape[] => {
  const x = Math.round(toX(overlay.nowMs))
  if (!isWithin(plot, x)) return []
  const y = plot.y - 7
  const after = overlay.hasForecast ? 'forecast' : 'no forecast'
  // Over an hour the forecast's stretch is too narrow for its name.
  const isRoom = plot.x + plot.width - x > textWidth(after) + 4
  return [
    said('now', { x: x - 4, y, align: 'right', ink: 'muted' }),
    ...(isRoom ? [said(after, { x: x + 4, y, align: 'left', ink: 'muted' })] : []),
  ]
}

const PLACES = 4

/** Where along the line its words meet the curve least: of four places the one furthest from it. */
const clearX = (
  { curve }: TimeOverlay,
  { value, words }: { value: number; words: string },
  frame: OverlayFrame,
) => {
  const { plot, toX } = frame
  const nearest = Array.from({ length: PLACES }, () => Number.POSITIVE_INFINITY)
  for (const [atMs, at] of curve) {
    const x = toX(atMs) - plot.x
    nearest.forEach((closest, place) => {
      const from = (place * plot.width) / PLACES
      if (x >= from && x <= from + textWidth(words)) nearest[place] = Math.min(closest, Math.abs(at - value))
    })
  }
  return plot.x + (nearest.indexOf(Math.max(...nearest)) * plot.width) / PLACES + 6
}

const lineShapes = (overlay: TimeOverlay, frame: OverlayFrame): readonly Shape[] => {
  const { line } = overlay
  if (line === null) return []
  const { plot, toY } = frame
  const y = Math.round(toY(line.value))
  const ink = 'threshold'
  if (y < plot.y)
    return [
      said(`${line.words} lies far above this scale`, { x: plot.x + 6, y: plot.y + 9, align: 'left', ink }),
    ]
  const points = [
    [plot.x, y],
    [plot.x + plot.width, y],
  ] as const
  return [
    { kind: 'path', points, stroke: ink, width: 1.5, dash: [6, 4] },
    said(line.words, { x: clearX(overlay, line, frame), y: y - 9, align: 'left', ink }),
  ]
}

const inkOf = ({ kind }: OverlayMark) => (kind === 'migration' ? 'sent' : 'pause')

const markLines = ({ marks }: TimeOverlay, { plot, toX }: OverlayFrame): readonly Shape[] =>
  marks.flatMap((mark): readonly Shape[] => {
    const x = Math.round(toX(mark.atMs))
    if (!isWithin(plot, x)) return []
    const dash = mark.kind === 'expected' ? { dash: [3, 3] } : {}
    return [{ kind: 'path', points: upright(plot, x), stroke: inkOf(mark), ...dash }]
  })

/** From a mark to its name, and half the width of its triangle. */
const BESIDE_PX = 7
const HALF_PX = 5

interface Name {
  readonly x: number
  readonly align: 'left' | 'right'
}

/** The names of the marks that have room for theirs: of two close together the later. */
const namesOf = (
  marks: readonly OverlayMark[],
  { plot, toX }: OverlayFrame,
): ReadonlyMap<OverlayMark, Name> => {
  const names = new Map<OverlayMark, Name>()
  let free = plot.x + plot.width
  for (const mark of [...marks].sort((a, b) => b.atMs - a.atMs)) {
    const x = Math.round(toX(mark.atMs))
    const width = textWidth(mark.label)
    if (x + BESIDE_PX + width <= free) names.set(mark, { x: x + BESIDE_PX, align: 'left' })
    else if (names.size === 0) {
      // The last one has its name on the other side where the plot ends.
      names.set(mark, { x: x - BESIDE_PX, align: 'right' })
      free = x - BESIDE_PX - width
    }
    free = Math.min(free, x - HALF_PX)
  }
  return names
}

/** The triangle at the foot says that something happened, the word what. */
const markWords = ({ marks }: TimeOverlay, frame: OverlayFrame): readonly Shape[] => {
  const { plot, toX } = frame
  const seen = marks.filter(mark => isWithin(plot, Math.round(toX(mark.atMs))))
  const names = namesOf(seen, frame)
  const bottom = plot.y + plot.height
  return seen.flatMap((mark): readonly Shape[] => {
    const x = Math.round(toX(mark.atMs))
    const ink = inkOf(mark)
    const foot = [
      [x - HALF_PX, bottom],
      [x + HALF_PX, bottom],
      [x, bottom - 8],
    ] as const
    const triangle: Shape = { kind: 'path', points: foot, fill: ink }
    const name = names.get(mark)
    return name ? [triangle, said(mark.label, { ...name, y: bottom - 7, ink })] : [triangle]
  })
}

/** Words nearer to a line than this would be struck through by it, or be taken for its name. */
const CLEAR_OF_LINE_PX = 20

const gapWords = ({ gaps, line }: TimeOverlay, { plot, toX, toY }: OverlayFrame): readonly Shape[] => {
  const low = plot.y + 0.75 * plot.height
  const isStruck = line !== null && Math.abs(toY(line.value) - low) < CLEAR_OF_LINE_PX
  const y = isStruck ? plot.y + 0.5 * plot.height : low
  return gaps.flatMap(({ fromMs, toMs, words }): readonly Shape[] => {
    const [from, to] = [toX(fromMs), toX(toMs)]
    return to - from < textWidth(words)
      ? []
      : [said(words, { x: (from + to) / 2, y, align: 'center', ink: 'muted' })]
  })
}

/** What lies over every chart of a screen: now and the marks. */
export const layoutPlainOverlay = (overlay: TimeOverlay, frame: OverlayFrame): readonly Shape[] => [
  ...nowShapes(overlay, frame),
  ...markLines(overlay, frame),
]

/** What lies over the chart that tells it in words too: now, gaps, marks and the line that is not to be reached. */
export const layoutTimeOverlay = (overlay: TimeOverlay, frame: OverlayFrame): readonly Shape[] => [
  ...layoutPlainOverlay(overlay, frame),
  ...nowWords(overlay, frame),
  ...gapWords(overlay, frame),
  ...markWords(overlay, frame),
  ...lineShapes(overlay, frame),
]
