import { expect, test } from 'vitest'
import { trendShape } from '../../../src/renderer/features/fleet/trend-shape.ts'

const ringOf = (readings: readonly (readonly [atMs: number, rate: number, origin: number])[]) => ({
  length: readings.length,
  atMs: (i: number) => readings[i]?.[0] ?? Number.NaN,
  dirtyPagesPerSecond: (i: number) => readings[i]?.[1] ?? Number.NaN,
  dirtyOrigin: (i: number) => readings[i]?.[2] ?? 0,
})
const box = { width: 600, height: 22, thetaPagesPerSecond: undefined }

test('ten minutes fill the width, zero lies at the foot and the greatest rate at the top', () => {
  const ring = ringOf([
    [0, 99_999, 1],
    [100_000, 0, 1],
    [400_000, 1000, 1],
    [700_000, 500, 1],
  ])
  expect(trendShape(ring, box).stretches).toEqual([{ isEstimated: false, points: [0, 21, 300, 1, 600, 11] }])
})

test('a gap in the readings is a gap in the line, and an estimate goes on from the last measurement', () => {
  const ring = ringOf([
    [0, 1000, 1],
    [1000, 1000, 2],
    [2000, Number.NaN, 0],
    [3000, 1000, 1],
  ])
  expect(trendShape(ring, box).stretches).toEqual([
    { isEstimated: false, points: [597, 1] },
    { isEstimated: true, points: [597, 1, 598, 1] },
    { isEstimated: false, points: [600, 1] },
  ])
})

test('noise below 1 MiB/s stays near the foot', () => {
  const shape = trendShape(ringOf([[0, 16, 1]]), box)
  expect(shape.stretches[0]?.points[1]).toBeCloseTo(1 + 20 * (1 - 16 / 256))
})

test('theta is drawn only once the rate has come within a third of it', () => {
  const theta = { ...box, thetaPagesPerSecond: 3000 }
  expect(trendShape(ringOf([[0, 900, 1]]), theta).thetaY).toBeNull()
  expect(trendShape(ringOf([[0, 1500, 1]]), theta).thetaY).toBe(1)
  expect(trendShape(ringOf([]), theta)).toEqual({ stretches: [], thetaY: null })
})
