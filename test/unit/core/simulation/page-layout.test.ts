import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../../../src/main/core/numeric/random.ts'
import { layOutPages } from '../../../../src/main/core/simulation/page-layout.ts'
import { classesOfShares } from '../../../../src/main/core/simulation/write-process.ts'

test('write classes and zero pages never overlap and never leave memory', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer(), (pages, seed) => {
      const shares = [
        { name: 'a', share: 0.3 },
        { name: 'b', share: 0.4 },
      ]
      const plan = { pages, classes: classesOfShares(shares, pages), zeroPages: Math.floor(0.3 * pages) }
      const layout = layOutPages(plan, new Random(seed))
      const held = new Uint8Array(pages)
      for (const { start, pages: length } of [...layout.spans.flat(), ...layout.zeroSpans]) {
        expect(start + length).toBeLessThanOrEqual(pages)
        for (let page = start; page < start + length; page++) held[page] = (held[page] ?? 0) + 1
      }
      expect(Math.max(...held)).toBeLessThanOrEqual(1)
    }),
    { seed: 7 },
  )
})
