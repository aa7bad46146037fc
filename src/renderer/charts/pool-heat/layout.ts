import { type Box, type Shape, type Size, textWidth } from '../shape.ts'

/** A line of the heatmap: a heading, or a host or VM, whose values are known or still to be read. */
export type HeatLine =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'row'; readonly id: string; readonly name: string }

export interface PoolHeatFrame {
  readonly lines: readonly HeatLine[]
  /** Where the past begins, ms; columns of the past and after now, `columnMs` each. */
  readonly fromMs: number
  readonly columnMs: number
  readonly pastColumns: number
  readonly aheadColumns: number
  /** Columns after now that something is forecast for. */
  readonly forecastColumns: number
  readonly scrollTop: number
  readonly clockOf: (atMs: number) => string
  readonly theNow: string
}

/** One cell: a line and a column; columns of the past come first. */
export interface HeatCell {
  readonly line: number
  readonly column: number
}

export interface PoolHeatLayout {
  readonly shapes: readonly Shape[]
  /** The cells of the past and those after now, for all lines in view; a gap between them marks now. */
  readonly past: Box
  readonly ahead: Box
  readonly linePx: number
  readonly columnPx: number
  /** Lines in view, the last one excluded, and where the first begins. */
  readonly firstLine: number
  readonly endLine: number
  readonly top: number
}

export const LINE_PX = 18
export const AXIS_PX = 22
const LABEL_PX = 116
const GAP_PX = 3
const TICK_MIN_PX = 76

const STEPS_MS = [5, 10, 15, 30, 60, 120, 180, 240].map(minutes => minutes * 60_000)

/** A text cut to what fits, its end marked. */
const fitted = (text: string, px: number): string => {
  if (textWidth(text) <= px) return text
  const kept = Math.max(1, Math.floor(px / textWidth('x')) - 1)
  return `${text.slice(0, kept)}…`
}

const timeTicks = (frame: PoolHeatFrame, past: Box): readonly Shape[] => {
  const spanMs = frame.columnMs * frame.pastColumns
  const pxPerMs = past.width / spanMs
  const stepMs = STEPS_MS.find(step => step * pxPerMs >= TICK_MIN_PX) ?? spanMs
  const first = Math.ceil(frame.fromMs / stepMs) * stepMs
  const count = Math.max(0, Math.floor((frame.fromMs + spanMs - first) / stepMs) + 1)
  return Array.from({ length: count }, (_, at) => first + at * stepMs).flatMap((atMs): readonly Shape[] => {
    const x = past.x + (atMs - frame.fromMs) * pxPerMs
    const text = frame.clockOf(atMs)
    // The word for now stands at the end.
    if (x + textWidth(text) / 2 > past.x + past.width - 24 || x - textWidth(text) / 2 < past.x - 4) return []
    const points = [
      [x, AXIS_PX - 5],
      [x, AXIS_PX - 1],
    ] as const
    return [
      { kind: 'path', points, stroke: 'axis' },
      { kind: 'text', x, y: AXIS_PX / 2 - 1, text, ink: 'muted', align: 'center' },
    ]
  })
}

const aheadShapes = (
  frame: PoolHeatFrame,
  { ahead, columnPx }: { ahead: Box; columnPx: number },
): readonly Shape[] => {
  const said = 'no forecast'
  const blankX = ahead.x + frame.forecastColumns * columnPx
  const blankPx = ahead.x + ahead.width - blankX
  const isRoom = blankPx > textWidth(said) + 8
  return [
    {
      kind: 'text',
      x: ahead.x,
      y: AXIS_PX / 2 - 1,
      text: frame.theNow,
      ink: 'text',
      align: 'right',
      strong: true,
    },
    ...(isRoom
      ? ([
          { kind: 'text', x: blankX + 6, y: AXIS_PX / 2 - 1, text: said, ink: 'muted', align: 'left' },
        ] as const)
      : []),
  ]
}

const lineShapes = (
  frame: PoolHeatFrame,
  { first, end, top, size }: { first: number; end: number; top: number; size: Size },
): readonly Shape[] =>
  frame.lines.slice(first, end).flatMap((line, at): readonly Shape[] => {
    const y = top + at * LINE_PX
    const middle = { x: 0, y: y + LINE_PX / 2, align: 'left' } as const
    if (line.kind === 'row')
      return [{ kind: 'text', ...middle, text: fitted(line.name, LABEL_PX - 8), ink: 'muted' }]
    return [
      { kind: 'rect', x: 0, y, width: size.width, height: LINE_PX, fill: 'background' },
      { kind: 'text', ...middle, text: fitted(line.text, size.width), ink: 'text', strong: true },
    ]
  })

/** Where everything stands in a canvas of `size`, scrolled by `scrollTop`; only lines in view are laid out. */
export const layoutPoolHeat = (frame: PoolHeatFrame, size: Size): PoolHeatLayout => {
  const columns = frame.pastColumns + frame.aheadColumns
  const columnPx = Math.max(0, size.width - LABEL_PX - GAP_PX) / columns
  const firstLine = Math.max(0, Math.min(frame.lines.length, Math.floor(frame.scrollTop / LINE_PX)))
  const top = AXIS_PX - (frame.scrollTop - firstLine * LINE_PX)
  const endLine = Math.min(frame.lines.length, firstLine + Math.ceil((size.height - top) / LINE_PX))
  const height = Math.min(size.height - AXIS_PX, Math.max(0, top + (endLine - firstLine) * LINE_PX - AXIS_PX))
  const past = { x: LABEL_PX, y: AXIS_PX, width: frame.pastColumns * columnPx, height }
  const ahead = { ...past, x: past.x + past.width + GAP_PX, width: frame.aheadColumns * columnPx }
  const known = { ...ahead, width: frame.forecastColumns * columnPx }
  return {
    past,
    ahead,
    linePx: LINE_PX,
    columnPx,
    firstLine,
    endLine,
    top,
    shapes: [
      { kind: 'rect', ...past, fill: 'lane' },
      { kind: 'rect', ...known, fill: 'lane' },
      ...lineShapes(frame, { first: firstLine, end: endLine, top, size }),
      // Lines scroll away under the axis.
      { kind: 'rect', x: 0, y: 0, width: size.width, height: AXIS_PX, fill: 'background' },
      ...timeTicks(frame, past),
      ...aheadShapes(frame, { ahead, columnPx }),
    ],
  }
}

/** The cell under a point, or undefined beside the cells and on headings. */
export const cellAt = (
  frame: PoolHeatFrame,
  layout: PoolHeatLayout,
  x: number,
  y: number,
): HeatCell | undefined => {
  const line = layout.firstLine + Math.floor((y - layout.top) / layout.linePx)
  if (y < AXIS_PX || line >= layout.endLine || frame.lines[line]?.kind !== 'row') return undefined
  const inPast = Math.floor((x - layout.past.x) / layout.columnPx)
  if (inPast >= 0 && inPast < frame.pastColumns) return { line, column: inPast }
  const ahead = Math.floor((x - layout.ahead.x) / layout.columnPx)
  if (ahead >= 0 && ahead < frame.forecastColumns) return { line, column: frame.pastColumns + ahead }
  return undefined
}

/** Where a cell stands; it may be out of view. */
export const boxOfCell = (frame: PoolHeatFrame, layout: PoolHeatLayout, { line, column }: HeatCell): Box => {
  const isPast = column < frame.pastColumns
  const x = isPast
    ? layout.past.x + column * layout.columnPx
    : layout.ahead.x + (column - frame.pastColumns) * layout.columnPx
  const y = layout.top + (line - layout.firstLine) * layout.linePx
  return { x, y, width: layout.columnPx, height: layout.linePx }
}

/** Least height of a canvas that shows a number of lines whole. */
export const heightOfLines = (lines: number): number => AXIS_PX + lines * LINE_PX
