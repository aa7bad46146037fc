import { expect, test } from 'vitest'
import { dirtyRatio, forecastGrowth } from '../../src/main/core/migration/dirty-ratio.ts'
import { PAGE_BYTES } from '../../src/shared/units.ts'

const aRound = (dirtiedPages: number, ms: number, bandwidthPages: number) => ({
  index: 1,
  live: true,
  startedAtMs: 0,
  ms,
  sentPages: 0,
  dirtiedPages,
  bandwidthBytesPerSecond: bandwidthPages * PAGE_BYTES,
})
const aForecast = (...points: readonly (readonly [number, number])[]) => ({
  vmId: 'vm',
  atMs: 0,
  points: points.map(([aheadMs, dirtyPagesPerSecond]) => ({ aheadMs, dirtyPagesPerSecond, cpuRatio: 0 })),
})

test('the dirty ratio is the rate of dirtying over the bandwidth', () => {
  expect(dirtyRatio(aRound(700_000, 5000, 200_000))).toBeCloseTo(0.7, 12)
})

test('a round that took no time has no dirty ratio', () => {
  expect(dirtyRatio(aRound(10, 0, 200_000))).toBe(0)
})

test('growth is taken at the last point within the next round, bounded by a factor of two', () => {
  expect(forecastGrowth(aForecast([1000, 100], [10_000, 150], [60_000, 400]), 12_000)).toBe(1.5)
  expect(forecastGrowth(aForecast([1000, 100], [10_000, 900]), 12_000)).toBe(2)
  expect(forecastGrowth(aForecast([1000, 100], [10_000, 1]), 12_000)).toBe(0.5)
  expect(forecastGrowth(aForecast([1000, 100], [10_000, 900]), 3000)).toBe(1)
  expect(forecastGrowth(null, 1000)).toBe(1)
})
