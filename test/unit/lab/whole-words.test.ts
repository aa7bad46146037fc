import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inWholeWords } from '../../../src/main/adapters/lab/whole-words.ts'

test('regions of whole words stay as they are', () => {
  const order = { regionPages: 64, classes: Uint8Array.of(2, 0) }
  expect(inWholeWords(order, 100)).toBe(order)
})

test('a word goes with the hottest page that it holds', () => {
  const classOf = ({ regionPages, classes }: { regionPages: number; classes: Uint8Array }, page: number) =>
    classes[Math.floor(page / regionPages)] ?? 0
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 70 }),
      fc.nat(),
      (pages, regionPages, seed) => {
        const classes = Uint8Array.from(
          { length: Math.ceil(pages / regionPages) },
          (_, i) => (seed >> (i % 20)) % 3,
        )
        const order = { regionPages, classes }
        const whole = inWholeWords(order, pages)
        expect(whole.regionPages % 32).toBe(0)
        expect(whole.classes).toHaveLength(Math.ceil(pages / whole.regionPages))
        for (let page = 0; page < pages; page++)
          expect(classOf(whole, page)).toBeGreaterThanOrEqual(classOf(order, page))
      },
    ),
    { seed: 4 },
  )
})
