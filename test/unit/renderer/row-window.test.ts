import { expect, test } from 'vitest'
import { rowWindow } from '../../../src/renderer/features/fleet/row-window.ts'

test.each([
  ['at the top', 0, { first: 0, last: 9 }, { first: 0, last: 17 }],
  ['half a row down, where one more shows', 14, { first: 0, last: 10 }, { first: 0, last: 18 }],
  ['in the middle', 2800, { first: 100, last: 109 }, { first: 92, last: 117 }],
  ['at the end', 27_720, { first: 990, last: 999 }, { first: 982, last: 999 }],
])('of 1,000 rows of 28 px ten are in sight in 280 px: %s', (_, scrollTop, inSight, ready) => {
  expect(rowWindow({ count: 1000, rowPx: 28, scrollTop, heightPx: 280 })).toEqual({ inSight, ready })
})

test('a table without rows, or without height, has none in sight', () => {
  const none = rowWindow({ count: 0, rowPx: 28, scrollTop: 0, heightPx: 280 })
  expect(none.ready.last).toBeLessThan(none.ready.first)
  const flat = rowWindow({ count: 10, rowPx: 28, scrollTop: 0, heightPx: 0 })
  expect(flat.inSight.last).toBeLessThan(flat.inSight.first)
})
