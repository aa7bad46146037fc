import { expect, test } from 'vitest'
import { formatCount, formatDuration, threeFigures } from '../../src/shared/units.ts'

test.each([
  [0, '0'],
  [0.0123, '0.0123'],
  [1.2, '1.20'],
  [12.34, '12.3'],
  [999.4, '999'],
  [1192, '1,192'],
  [-1_295_982.4, '-1,295,982'],
  [Number.NaN, '-'],
])('%d is told as %s', (value, text) => {
  expect(threeFigures(value)).toBe(text)
})

test('a count is whole, its thousands set apart', () => {
  expect([0, 23, 999, 1000, 13_142, 1e7].map(formatCount)).toEqual([
    '0',
    '23',
    '999',
    '1,000',
    '13,142',
    '10,000,000',
  ])
})

test('a duration goes from ms to hours', () => {
  expect([36.7, 13_000, 60_000, 3_600_000].map(formatDuration)).toEqual([
    '36.7 ms',
    '13.0 s',
    '1:00',
    '1:00:00',
  ])
})
