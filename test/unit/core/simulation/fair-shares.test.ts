import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fairShares } from '../../../../src/main/core/simulation/fair-shares.ts'

const ALL = Number.POSITIVE_INFINITY
const flow = (from: string, to: string, demand = ALL) => ({ from, to, demand })

test.each([
  ['one has the whole link', [flow('a', 'b')], [12]],
  ['two between the same hosts halve it', [flow('a', 'b'), flow('a', 'b')], [6, 6]],
  ['two out of one host halve it', [flow('a', 'b'), flow('a', 'c')], [6, 6]],
  ['two into one host halve it', [flow('a', 'c'), flow('b', 'c')], [6, 6]],
  ['there and back do not meet', [flow('a', 'b'), flow('b', 'a')], [12, 12]],
  ['what one does not want the others share', [flow('a', 'b', 2), flow('a', 'b'), flow('a', 'c')], [2, 5, 5]],
  ['who sends nothing takes nothing', [flow('a', 'b', 0), flow('a', 'b')], [0, 12]],
  [
    'a flow held up elsewhere leaves more',
    [flow('a', 'b'), flow('a', 'b'), flow('a', 'c'), flow('d', 'c')],
    [4, 4, 4, 8],
  ],
])('%s', (_, flows, shares) => {
  expect(fairShares(flows, 12)).toEqual(shares.map(share => expect.closeTo(share)))
})

const anyFlow = fc.record({
  from: fc.constantFrom('a', 'b', 'c'),
  to: fc.constantFrom('x', 'y', 'a'),
  demand: fc.oneof(fc.constant(ALL), fc.constant(0), fc.double({ min: 0, max: 300, noNaN: true })),
})

test('no end is given more than it carries, no flow more than it wants, and nothing that could be used is left', () => {
  fc.assert(
    fc.property(fc.array(anyFlow, { maxLength: 12 }), flows => {
      const shares = fairShares(flows, 100)
      const sum = (isAt: (flow: { from: string; to: string }) => boolean) =>
        flows.reduce((total, each, index) => total + (isAt(each) ? (shares[index] ?? 0) : 0), 0)
      for (const end of ['a', 'b', 'c', 'x', 'y']) {
        expect(sum(({ from }) => from === end)).toBeLessThanOrEqual(100 + 1e-6)
        expect(sum(({ to }) => to === end)).toBeLessThanOrEqual(100 + 1e-6)
      }
      for (const [index, { from, to, demand }] of flows.entries()) {
        const share = shares[index] ?? 0
        expect(share).toBeLessThanOrEqual(demand + 1e-6)
        const isFull =
          sum(each => each.from === from) > 100 - 1e-6 || sum(each => each.to === to) > 100 - 1e-6
        expect(isFull || share >= demand - 1e-6).toBe(true)
      }
    }),
    { seed: 5, numRuns: 500 },
  )
})
