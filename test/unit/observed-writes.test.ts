import { expect, test } from 'vitest'
import { regionFiguresOf } from '../../src/main/core/heat/observed-writes.ts'

const observed = (changes: readonly number[], lastChange: readonly number[]) => ({
  looks: 4,
  msBetweenLooks: 100,
  changes: Uint8Array.from(changes),
  lastChange: Uint8Array.from(lastChange),
})

test('a page that half of the looks found changed is written 6.93 times a second', () => {
  // -ln(1 - 2/4) / 0.1 s
  const { frequency } = regionFiguresOf(observed([2], [4]), 1)
  expect(frequency[0]).toBeCloseTo(6.931, 3)
})

test('one that every look found changed counts as missed in half a look', () => {
  // -ln(0.5 / 4) / 0.1 s
  const { frequency } = regionFiguresOf(observed([4], [4]), 1)
  expect(frequency[0]).toBeCloseTo(20.794, 3)
})

test('regions are no more than asked for, the last with fewer pages', () => {
  const { regionPages, totalPages, frequency, recency } = regionFiguresOf(
    observed([0, 0, 2, 0, 0], [0, 0, 1, 0, 0]),
    3,
  )
  expect([regionPages, totalPages, frequency.length]).toEqual([2, 5, 3])
  expect([...recency]).toEqual([0, 0.25, 0])
  expect(frequency[1]).toBeCloseTo(6.931 / 2, 3)
})

test('locality is the share of pages written in a region and its neighbours', () => {
  const { locality } = regionFiguresOf(observed([1, 0, 0, 0], [1, 0, 0, 0]), 4)
  expect([...locality].map(share => Math.round(share * 1000) / 1000)).toEqual([0.5, 0.333, 0, 0])
})
