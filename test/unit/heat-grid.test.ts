import fc from 'fast-check'
import { expect, test } from 'vitest'
import { paintCells } from '../../src/renderer/charts/heat-grid/draw.ts'
import {
  cellClasses,
  layoutHeatGrid,
  regionsAt,
  regionsOfView,
} from '../../src/renderer/charts/heat-grid/layout.ts'
import { keepView, panView, wholeView, zoomView } from '../../src/renderer/charts/heat-grid/view.ts'
import { layoutHeatStrip } from '../../src/renderer/charts/heat-strip/layout.ts'
import { chartThemeOf } from '../../src/renderer/charts/theme.ts'
import { shapesAsText } from '../support/shapes-as-text.ts'

test.each([
  [1, 300, 200],
  [7, 300, 200],
  [4096, 551, 180],
  [65_536, 551, 180],
  [65_536, 1280, 400],
  [2_097_152, 1200, 300],
])('%i regions fill %i by %i pixels without leaving them', (regions, width, height) => {
  const layout = layoutHeatGrid({ from: 0, to: regions }, { width, height })
  expect(layout.columns * layout.cellWidth).toBeLessThanOrEqual(width)
  expect(layout.rows * layout.cellHeight).toBeLessThanOrEqual(height)
  expect(layout.columns * layout.rows * layout.regionsPerCell).toBeGreaterThanOrEqual(regions)
})

test('every region has a cell of its own as long as there are pixels enough', () => {
  expect(layoutHeatGrid({ from: 0, to: 65_536 }, { width: 551, height: 180 })).toMatchObject({
    cellWidth: 1,
    cellHeight: 1,
    regionsPerCell: 1,
  })
})

test('folding several regions into a cell never hides a hot one', () => {
  const layout = layoutHeatGrid({ from: 0, to: 8 }, { width: 2, height: 1 })
  expect(layout.regionsPerCell).toBe(4)
  expect([...cellClasses(layout, Uint8Array.from([0, 0, 2, 0, 0, 1, 0, 0]))]).toEqual([2, 1])
})

test('pointing at a cell names its regions, and beside the grid none', () => {
  const layout = layoutHeatGrid({ from: 0, to: 10 }, { width: 40, height: 30 })
  expect(layout).toMatchObject({ columns: 4, rows: 3, cellWidth: 10, cellHeight: 10 })
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

test('grids of a guest of 8 GiB, whole and closer, are laid out as they were', () => {
  const memory = { totalPages: 2_097_152, regionPages: 1 }
  const size = { width: 848, height: 237 }
  const views = [wholeView(memory.totalPages)]
  for (const factor of [1 / 4, 1 / 64, 1 / 1024])
    views.push(zoomView(wholeView(memory.totalPages), { factor, at: 0.5 }, memory))
  const lines = views.map(view => {
    const layout = layoutHeatGrid(regionsOfView(view, 1, memory.totalPages), size)
    return `${layout.from} to ${layout.to}: ${layout.columns} x ${layout.rows} cells of ${layout.cellWidth} x ${layout.cellHeight} px, ${layout.regionsPerCell} regions each`
  })
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "0 to 2097152: 848 x 225 cells of 1 x 1 px, 11 regions each
    786432 to 1310720: 848 x 207 cells of 1 x 1 px, 3 regions each
    1032192 to 1064960: 424 x 78 cells of 2 x 3 px, 1 regions each
    1047552 to 1049600: 94 x 22 cells of 9 x 10 px, 1 regions each"
  `)
})

test('one hot page among two million is seen in its cell, however they are folded', () => {
  const classes = new Uint8Array(2_097_152)
  classes[1_234_567] = 2
  const layout = layoutHeatGrid({ from: 0, to: classes.length }, { width: 848, height: 237 })
  const cells = cellClasses(layout, classes)
  expect(cells.indexOf(2)).toBe(Math.floor(1_234_567 / layout.regionsPerCell))
  expect(cells.filter(code => code === 2)).toHaveLength(1)
})

test('every page of any view belongs to exactly one cell', () => {
  const range = fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 5000 }))
  const pixels = fc.integer({ min: 1, max: 60 })
  fc.assert(
    fc.property(range, pixels, pixels, ([from, count], width, height) => {
      const layout = layoutHeatGrid({ from, to: from + count }, { width, height })
      let next = from
      for (let row = 0; row < layout.rows; row += 1)
        for (let column = 0; column < layout.columns; column += 1) {
          const found = regionsAt(layout, column * layout.cellWidth, row * layout.cellHeight)
          if (!found) continue
          expect(found.from).toBe(next)
          next = found.to
        }
      expect(next).toBe(from + count)
    }),
    { seed: 3, numRuns: 60 },
  )
})

test('looking closer keeps the place pointed at where it is, and ends at 16 regions', () => {
  const memory = { totalPages: 1000, regionPages: 10 }
  const closer = zoomView(wholeView(1000), { factor: 0.5, at: 0.25 }, memory)
  expect(closer).toEqual({ from: 125, to: 625 })
  expect(zoomView(closer, { factor: 1e-9, at: 0.25 }, memory)).toEqual({ from: 210, to: 370 })
  expect(zoomView(closer, { factor: 100, at: 0.25 }, memory)).toEqual({ from: 0, to: 1000 })
})

test('moving stops at the ends of the memory, and a memory that shrank moves the view into it', () => {
  expect(panView({ from: 100, to: 200 }, 0.5, 1000)).toEqual({ from: 150, to: 250 })
  expect(panView({ from: 100, to: 200 }, -5, 1000)).toEqual({ from: 0, to: 100 })
  expect(panView({ from: 100, to: 200 }, 50, 1000)).toEqual({ from: 900, to: 1000 })
  expect(keepView({ from: 800, to: 900 }, 500)).toEqual({ from: 400, to: 500 })
})

test('the strip has a bar a reading, an empty stretch where none was read, and a line at the one shown', () => {
  const at = (seconds: number, hotShare: number) => ({ atMs: seconds * 1000, hotShare, warmShare: 0.25 })
  const shapes = layoutHeatStrip([at(0, 0.1), at(2, 0.0001), at(20, 0.5)], 1, { width: 220, height: 40 })
  expect(shapesAsText(shapes)).toMatchInlineSnapshot(`
    "rect 0 0 20 40 lane
    rect 0 26 20 10 warm
    rect 0 36 20 4 hot
    rect 20 0 60 40 lane
    rect 20 29 60 10 warm
    rect 20 39 60 1 hot
    rect 200 0 20 40 lane
    rect 200 10 20 10 warm
    rect 200 20 20 20 hot
    text 4 8 left muted "100%"
    rect 20 0 60 40 edge text"
  `)
})
