import { expect, test } from 'vitest'
import { liveRegions, pushRegions } from '../../../../src/main/core/simulation/region-order.ts'

test('classes are visited coldest first or hottest first, equal ones by address', () => {
  const classes = Uint8Array.from([2, 0, 1, 0])
  expect(liveRegions({ regionPages: 10, classes })).toEqual([1, 3, 2, 0])
  expect(liveRegions({ regionPages: 10, classes, live: 'hottest-first' })).toEqual([0, 2, 1, 3])
  expect(pushRegions({ regionPages: 10, classes })).toEqual([0, 2, 1, 3])
})
