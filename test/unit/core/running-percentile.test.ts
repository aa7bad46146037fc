import { expect, test } from 'vitest'
import { RunningPercentile } from '../../../src/main/core/numeric/running-percentile.ts'

const percentileOf = (values: readonly number[], turn = 0): number | null => {
  const percentile = new RunningPercentile({ kept: 600, needed: 60, share: 0.95, turn })
  for (const value of values) percentile.add(value)
  return percentile.value
}
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1)

test('too few readings have no percentile', () => {
  expect(percentileOf(upTo(59))).toBeNull()
  expect(percentileOf(upTo(60))).toBe(58)
})

test('the 95th percentile of 1 to 600, in any order, is 571', () => {
  expect(percentileOf(upTo(600))).toBe(571)
  expect(percentileOf(upTo(600).toReversed())).toBe(571)
})

test('only the newest readings count', () => {
  expect(percentileOf([...Array(600).fill(1e6), ...upTo(600)])).toBe(571)
})

test('it is worked out once in 60 readings, each figure at its turn', () => {
  expect(percentileOf(upTo(119))).toBe(58)
  expect(percentileOf(upTo(119), 1)).toBe(114)
})
