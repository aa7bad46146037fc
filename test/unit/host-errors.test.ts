import { expect, test } from 'vitest'
import { HostErrors } from '../../src/main/services/host-errors.ts'

const points = [
  { aheadMs: 1000, cpuRatio: 0.5 },
  { aheadMs: 60_000, cpuRatio: 0.7 },
]

test('a forecast is compared with the first reading taken once its time has come', () => {
  const errors = new HostErrors()
  errors.forecast('h', 100_000, points)
  errors.measured('h', 100_500, 0.9)
  expect(errors.of('h', 1000)).toEqual([])
  errors.measured('h', 105_000, 0.6)
  errors.measured('h', 160_000, 0.65)
  expect(errors.of('h', 1000)).toEqual([expect.closeTo(0.1)])
  expect(errors.of('h', 60_000)).toEqual([expect.closeTo(-0.05)])
})

test('a reading that comes long after is no comparison', () => {
  const errors = new HostErrors()
  errors.forecast('h', 100_000, points)
  errors.measured('h', 120_000, 0.6)
  expect(errors.of('h', 1000)).toEqual([])
})

test('forecasts of neighbouring seconds are noted once', () => {
  const errors = new HostErrors()
  for (const second of [0, 1, 2, 9]) errors.forecast('h', 100_000 + second * 1000, points)
  errors.measured('h', 109_500, 0.5)
  expect(errors.of('h', 1000)).toHaveLength(1)
})

test('hosts that are gone are forgotten', () => {
  const errors = new HostErrors()
  errors.forecast('h', 100_000, points)
  errors.retain(() => false)
  errors.measured('h', 101_000, 0.6)
  expect(errors.of('h', 1000)).toEqual([])
})
