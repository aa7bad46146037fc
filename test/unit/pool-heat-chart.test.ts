import { expect, test } from 'vitest'
import { paintLines, paletteOf } from '../../src/renderer/charts/pool-heat/draw.ts'
import {
  boxOfCell,
  cellAt,
  type HeatLine,
  layoutPoolHeat,
  type PoolHeatFrame,
} from '../../src/renderer/charts/pool-heat/layout.ts'
import { LEVELS, levelOf, NO_LEVEL, sequenceOf } from '../../src/renderer/charts/pool-heat/sequence.ts'
import { chartThemeOf } from '../../src/renderer/charts/theme.ts'
import { shapesAsText } from '../support/shapes-as-text.ts'

const rows = (count: number): readonly HeatLine[] =>
  Array.from({ length: count }, (_, row) => ({ kind: 'row', id: `h${row}`, name: `host-${row + 1}` }))

const HOUR_MS = 3_600_000
const size = { width: 1000, height: 130 }

const aFrame = (change: Partial<PoolHeatFrame> = {}): PoolHeatFrame => ({
  lines: rows(3),
  fromMs: 10 * HOUR_MS,
  columnMs: 90_000,
  pastColumns: 240,
  aheadColumns: 40,
  forecastColumns: 1,
  scrollTop: 0,
  clockOf: atMs => new Date(atMs).toISOString().slice(11, 16),
  theNow: 'now',
  ...change,
})

test('hosts by time: six hours, now, one column of forecast and nothing beyond', () => {
  expect(shapesAsText(layoutPoolHeat(aFrame(), size).shapes)).toMatchSnapshot()
})

test('VMs grouped under headings, scrolled into the second group', () => {
  const lines: readonly HeatLine[] = [
    { kind: 'heading', text: 'steady: 2 VMs' },
    ...rows(2),
    { kind: 'heading', text: 'bursty, and with a name that goes on: 40 VMs' },
    ...rows(40),
  ]
  const layout = layoutPoolHeat(aFrame({ lines, scrollTop: 45, forecastColumns: 0 }), size)
  expect(shapesAsText(layout.shapes)).toMatchSnapshot()
})

test('of ten thousand lines only those in view are laid out', () => {
  const layout = layoutPoolHeat(aFrame({ lines: rows(10_000), scrollTop: 90_000 }), size)
  expect(layout.firstLine).toBe(5000)
  expect(layout.endLine - layout.firstLine).toBeLessThanOrEqual(8)
  expect(layout.shapes.length).toBeLessThan(40)
})

test('a cell is found where it stands, in the past and in the forecast, and nowhere else', () => {
  const frame = aFrame({ lines: [{ kind: 'heading', text: 'all' }, ...rows(3)] })
  const layout = layoutPoolHeat(frame, size)
  for (const cell of [
    { line: 1, column: 0 },
    { line: 3, column: 239 },
    { line: 2, column: 240 },
  ]) {
    const { x, y, width, height } = boxOfCell(frame, layout, cell)
    expect(cellAt(frame, layout, x + width / 2, y + height / 2)).toEqual(cell)
  }
  const beyond = boxOfCell(frame, layout, { line: 2, column: 242 })
  expect(cellAt(frame, layout, beyond.x, beyond.y + 1)).toBeUndefined()
  expect(cellAt(frame, layout, 500, 30)).toBeUndefined()
  expect(cellAt(frame, layout, 50, 60)).toBeUndefined()
})

const luminance = ([red, green, blue]: readonly [number, number, number]): number => {
  const linear = (part: number) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

test.each([
  'dark',
  'light',
] as const)('on %s each colour is lighter, or darker, than the one before', scheme => {
  const lightness = sequenceOf(chartThemeOf(scheme)).map(luminance)
  const direction = scheme === 'dark' ? 1 : -1
  for (let level = 1; level < LEVELS; level++)
    expect(direction * ((lightness[level] ?? 0) - (lightness[level - 1] ?? 0))).toBeGreaterThan(0)
})

test('what lies beyond the scale has its end, and what is not known no level', () => {
  expect([0, 1, 2, -1, Number.POSITIVE_INFINITY, Number.NaN].map(levelOf)).toEqual([
    0,
    63,
    63,
    0,
    63,
    NO_LEVEL,
  ])
})

test('cells are painted by level, line by line, and headings, rows not read and unknown cells stay clear', () => {
  const lines: readonly HeatLine[] = [
    { kind: 'heading', text: 'all' },
    { kind: 'row', id: 'b', name: 'b' },
    { kind: 'row', id: 'c', name: 'c' },
  ]
  const palette = paletteOf(chartThemeOf('light'))
  const words = new Uint32Array(6).fill(1)
  const rows = new Map([['b', 1]])
  const levels = Uint8Array.from([9, 9, 9, 0, NO_LEVEL, 63])
  paintLines(words, lines, {
    levels,
    rows,
    columns: 3,
    first: 0,
    end: 3,
    fromColumn: 0,
    toColumn: 2,
    palette,
  })
  expect([...words]).toEqual([0, 0, palette[0], 0, 0, 0])
})
