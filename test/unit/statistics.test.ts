import { expect, test } from 'vitest'
import { medianInterval } from '../bench/statistics.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => count - index)

// P(Bin(11, 1/2) <= 1) = 12/2048, twice that is 1.2 %; P(<= 2) = 67/2048, twice that is 6.5 %.
test('of 11 values the median lies between the 2nd and the 10th', () => {
  expect(medianInterval(upTo(11))).toEqual([2, 10])
})

// P(Bin(6, 1/2) = 0) = 1/64, twice that is 3.1 %; of five values it is 6.3 %.
test('few values bound their median by the least and the most of them', () => {
  expect(medianInterval(upTo(6))).toEqual([1, 6])
  expect(medianInterval(upTo(3))).toEqual([1, 3])
  expect(medianInterval([7])).toEqual([7, 7])
})
