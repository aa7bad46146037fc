import { moved, type Shape, wordWidth } from '../shape.ts'
import type { PhaseTimelineData } from './data.ts'

interface Entry {
  readonly word: string
  /** Drawn in a box of `SWATCH`. */
  readonly mark: readonly Shape[]
}

const SWATCH = { width: 22, height: 12 } as const
const GAP_PX = 18
const ROW_PX = 19
const area = { kind: 'rect', x: 0, y: 0, ...SWATCH } as const

const entries = {
  disk: {
    word: 'disk copied first',
    mark: [
      { ...area, fill: 'sent', opacity: 0.25 },
      { ...area, stroke: 'sent' },
    ],
  },
  sent: { word: 'sent in a round', mark: [{ ...area, fill: 'sent' }] },
  dirtied: {
    word: 'of it dirtied again meanwhile',
    mark: [{ ...area, hatch: 'dirtied', stroke: 'dirtied' }],
  },
  bandwidth: { word: 'bandwidth', mark: [line([0, 6], [22, 6], { stroke: 'sent', width: 2 })] },
  dirtyRate: {
    word: 'dirty rate',
    mark: [line([0, 6], [22, 6], { stroke: 'dirtied', width: 2.5, dash: [2, 2] })],
  },
  theta: {
    word: 'switch line (theta)',
    mark: [line([0, 6], [22, 6], { stroke: 'threshold', width: 1.5, dash: [6, 4] })],
  },
  pause: { word: 'VM paused', mark: [{ ...area, fill: 'pause' }] },
  pushed: {
    word: 'pushed afterwards',
    mark: [
      {
        kind: 'path',
        points: [
          [0, 12],
          [22, 1],
          [22, 12],
        ],
        fill: 'pushed',
        opacity: 0.35,
      },
      line([0, 12], [22, 1], { stroke: 'pushed', width: 2 }),
    ],
  },
  faults: {
    word: 'demand faults per second',
    mark: [3, 9, 7, 4].map((height, index) => ({
      kind: 'rect' as const,
      x: index * 5.5,
      y: 12 - height,
      width: 4.5,
      height,
      fill: 'fault' as const,
    })),
  },
  predicted: {
    word: 'predicted end',
    mark: [
      line([0, 6], [15, 6], { stroke: 'predicted', width: 1.5, dash: [4, 3] }),
      {
        kind: 'path',
        points: [
          [17, 2],
          [21, 6],
          [17, 10],
          [13, 6],
        ],
        fill: 'predicted',
      },
    ],
  },
} as const satisfies Record<string, Entry>

function line(
  from: readonly [number, number],
  to: readonly [number, number],
  look: Pick<Extract<Shape, { kind: 'path' }>, 'stroke' | 'width' | 'dash'>,
): Shape {
  return { kind: 'path', points: [from, to], ...look }
}

/** What this timeline shows, or still may: a word without its mark would be looked for in vain. */
const entriesOf = ({
  diskCopy,
  rounds,
  switchRatio,
  postCopy,
  pause,
  outcome,
}: PhaseTimelineData): readonly Entry[] => {
  const isRunning = outcome === 'running'
  const hasRounds = rounds.length > 0
  return [
    ...(diskCopy ? [entries.disk] : []),
    ...(hasRounds ? [entries.sent, entries.dirtied, entries.bandwidth, entries.dirtyRate] : []),
    ...(hasRounds && switchRatio !== null ? [entries.theta] : []),
    ...(pause || isRunning ? [entries.pause] : []),
    ...(postCopy || (isRunning && switchRatio !== null) ? [entries.pushed, entries.faults] : []),
    entries.predicted,
  ]
}

interface Placed {
  readonly entry: Entry
  readonly x: number
  readonly row: number
}

const placed = (data: PhaseTimelineData, width: number): readonly Placed[] => {
  let [x, row] = [0, 0]
  return entriesOf(data).map(entry => {
    const needs = SWATCH.width + 6 + wordWidth(entry.word) + GAP_PX
    if (x > 0 && x + needs > width) [x, row] = [0, row + 1]
    const place = { entry, x, row }
    x += needs
    return place
  })
}

/** How high the legend is when it may be `width` wide. */
export const legendHeight = (data: PhaseTimelineData, width: number): number =>
  ((placed(data, width).at(-1)?.row ?? 0) + 1) * ROW_PX + 2

/** What each mark of the timeline means, in words, from `top` downward. */
export const drawLegend = (data: PhaseTimelineData, width: number, top: number): readonly Shape[] =>
  placed(data, width).flatMap(({ entry, x, row }): Shape[] => {
    const y = top + row * ROW_PX + 4
    return [
      ...entry.mark.map(shape => moved(shape, [x, y])),
      {
        kind: 'text',
        x: x + SWATCH.width + 6,
        y: y + SWATCH.height / 2,
        text: entry.word,
        ink: 'muted',
        align: 'left',
      },
    ]
  })
