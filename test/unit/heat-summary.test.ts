import { expect, test } from 'vitest'
import { summarizeHeat } from '../../src/main/core/heat/heat-summary.ts'

test('pages by class add up to the VM, the shorter last region counting what it holds', () => {
  const classes = Uint8Array.from([2, 0, 1, 0])
  expect(summarizeHeat({ classes, regionPages: 100, totalPages: 340 })).toEqual({
    hotPages: 100,
    warmPages: 100,
    coldPages: 140,
  })
})
