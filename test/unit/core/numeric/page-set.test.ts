import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PageSet } from '../../../../src/main/core/numeric/page-set.ts'

test('a page set behaves as a set', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 99 }))), changes => {
      const set = new PageSet(100)
      const model = new Set<number>()
      for (const [isAdd, page] of changes)
        expect(isAdd ? set.add(page) : set.remove(page)).toBe(
          isAdd ? !model.has(page) && !!model.add(page) : model.delete(page),
        )
      const listed: number[] = []
      for (let page = set.next(0); page >= 0; page = set.next(page + 1)) listed.push(page)
      expect(listed).toEqual([...model].sort((a, b) => a - b))
      expect(set.size).toBe(model.size)
    }),
    { seed: 3 },
  )
  const full = new PageSet(70)
  full.fill()
  expect([full.size, full.next(69), full.next(70)]).toEqual([70, 69, -1])
})
