import { expect, test } from 'vitest'
import { poisson } from '../../../../src/main/core/numeric/poisson.ts'
import { Random } from '../../../../src/main/core/numeric/random.ts'

test('random numbers repeat by seed and spread evenly', () => {
  const draw = (seed: number) => {
    const random = new Random(seed)
    return Array.from({ length: 100_000 }, () => random.below(10))
  }
  expect(draw(42)).toEqual(draw(42))
  expect(draw(42)).not.toEqual(draw(43))
  const counts = new Array<number>(10).fill(0)
  for (const value of draw(42)) counts[value] = (counts[value] ?? 0) + 1
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
})

// Below and above the mean from which the normal distribution stands in.
test.each([0.1, 3, 200])('Poisson counts of mean %d have that mean and variance', mean => {
  const random = new Random(5)
  const counts = Array.from({ length: 50_000 }, () => poisson(mean, random))
  const average = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const variance = counts.reduce((sum, count) => sum + (count - average) ** 2, 0) / counts.length
  expect(Math.abs(average / mean - 1)).toBeLessThan(0.05)
  expect(Math.abs(variance / mean - 1)).toBeLessThan(0.05)
})
