import { expect, test } from 'vitest'
import { stretchesOf } from '../../../src/main/core/outlook/memory-stretches.ts'

test('stretches follow each other as memory lies, whatever their heat', () => {
  const frequency = Float32Array.of(2, 0, 1)
  const stretches = stretchesOf({ frequency, regionPages: 100, totalPages: 250 })
  expect(stretches.map(({ pages }) => pages)).toEqual([100, 100, 50])
  expect(stretches.map(({ writesPerPageSecond }) => Math.round(writesPerPageSecond * 1e6) / 1e6)).toEqual([
    2, 0, 1,
  ])
})

test('a few hot pages do not make a stretch look hot', () => {
  // 48 regions make 24 stretches of two: one written 20 times a second, one never. Half is dirtied: ln 2 a second.
  const frequency = Float32Array.from({ length: 48 }, (_, region) => (region % 2 === 0 ? 20 : 0))
  const stretches = stretchesOf({ frequency, regionPages: 1, totalPages: 48 })
  expect(stretches).toHaveLength(24)
  expect(stretches[0]?.pages).toBe(2)
  expect(stretches[0]?.writesPerPageSecond).toBeCloseTo(Math.LN2, 6)
})

test('pages of zeros are nothing to send, and what is written is content', () => {
  const [frequency, contentPages] = [Float32Array.of(Math.LN2, 0), Float64Array.of(80, 0)]
  const stretches = stretchesOf({ frequency, regionPages: 100, totalPages: 200, contentPages })
  // 50 pages of 80 are dirtied within a second.
  expect(stretches).toHaveLength(1)
  expect(stretches[0]?.pages).toBe(80)
  expect(stretches[0]?.writesPerPageSecond).toBeCloseTo(-Math.log(3 / 8), 6)
})

test('a stretch that is written all over has a finite rate', () => {
  const [stretch] = stretchesOf({ frequency: Float32Array.of(100), regionPages: 10, totalPages: 10 })
  expect(stretch?.writesPerPageSecond).toBeCloseTo(6.9078, 4)
})
