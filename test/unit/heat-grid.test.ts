import { expect, test } from 'vitest'
import { paintCells } from '../../src/renderer/charts/heat-grid/draw.ts'
import { cellClasses, layoutHeatGrid, regionsAt } from '../../src/renderer/charts/heat-grid/layout.ts'
import { chartThemeOf } from '../../src/renderer/charts/theme.ts'

test.each([
  [1, 300, 200],
  [7, 300, 200],
  [4096, 551, 180],
  [65_536, 551, 180],
  [65_536, 1280, 400],
  [2_097_152, 1200, 300],
])('%i regions fill %i by %i pixels without leaving them', (regions, width, height) => {
  const layout = layoutHeatGrid(regions, { width, height })
  expect(layout.columns * layout.cellPx).toBeLessThanOrEqual(width)
  expect(layout.rows * layout.cellPx).toBeLessThanOrEqual(height)
  expect(layout.columns * layout.rows * layout.regionsPerCell).toBeGreaterThanOrEqual(regions)
})

test('every region has a cell of its own as long as there are pixels enough', () => {
  expect(layoutHeatGrid(65_536, { width: 551, height: 180 })).toMatchObject({ cellPx: 1, regionsPerCell: 1 })
})

test('folding several regions into a cell never hides a hot one', () => {
  const layout = layoutHeatGrid(8, { width: 2, height: 1 })
  expect(layout.regionsPerCell).toBe(4)
  expect([...cellClasses(layout, Uint8Array.from([0, 0, 2, 0, 0, 1, 0, 0]))]).toEqual([2, 1])
})

test('pointing at a cell names its regions, and beside the grid none', () => {
  const layout = layoutHeatGrid(10, { width: 40, height: 30 })
  expect(layout).toMatchObject({ columns: 4, rows: 3, cellPx: 10 })
  expect(regionsAt(layout, 5, 5)).toEqual({ from: 0, to: 1 })
  expect(regionsAt(layout, 39, 15)).toEqual({ from: 7, to: 8 })
  expect(regionsAt(layout, 39, 29)).toBeUndefined()
  expect(regionsAt(layout, -1, 5)).toBeUndefined()
})

test('each class is painted in its ink, and what is no region stays clear', () => {
  const words = new Uint32Array(4)
  paintCells(words, Uint8Array.from([0, 1, 2]), chartThemeOf('light'))
  const bytes = [...new Uint8Array(words.buffer)]
  expect(bytes.slice(0, 4)).toEqual([0xdb, 0xe4, 0xf0, 0xff])
  expect(bytes.slice(8, 12)).toEqual([0x6a, 0x10, 0x26, 0xff])
  expect(words[3]).toBe(0)
})
