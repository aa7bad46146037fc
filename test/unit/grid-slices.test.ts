import { expect, test } from 'vitest'
import { gridSlices, joinGrid } from '../../src/main/adapters/sqlite/grid-slices.ts'
import type { GridOrder } from '../../src/shared/model/figure-grid.ts'

const orderOf = (subjects: number, columns: number): GridOrder => ({
  subjects: Array.from({ length: subjects }, (_, vm) => ({
    seriesId: `vm-${vm}`,
    ioCapacityBytesPerSecond: null,
  })),
  figure: 'cpu',
  fromMs: 1000,
  toMs: 1000 + columns * 50,
  columns,
})

test('a small grid is read at once', () => {
  const order = orderOf(100, 240)
  expect(gridSlices(order)).toEqual([order])
})

test('a grid of a large pool is read in slices of time without gaps', () => {
  // 24,000 cells a read over 10,000 VMs are two columns.
  const slices = gridSlices(orderOf(10_000, 5))
  expect(slices.map(({ fromMs, toMs, columns }) => [fromMs, toMs, columns])).toEqual([
    [1000, 1100, 2],
    [1100, 1200, 2],
    [1200, 1250, 1],
  ])
})

test('slices come together row by row', () => {
  const order = orderOf(2, 3)
  const slices = [
    { ...order, columns: 2 },
    { ...order, columns: 1 },
  ]
  const joined = joinGrid(order, slices, [Float32Array.of(1, 2, 4, 5), Float32Array.of(3, 6)])
  expect([...joined]).toEqual([1, 2, 3, 4, 5, 6])
})
