import { expect, test } from 'vitest'
import { Random } from '../../../../src/main/core/numeric/random.ts'
import { layOutPages, type PageClass } from '../../../../src/main/core/simulation/page-layout.ts'
import { WriteHeat } from '../../../../src/main/core/simulation/write-heat.ts'

const heatOf = (pages: number, classes: readonly PageClass[]) => {
  const random = new Random(1)
  const layout = layOutPages({ pages, classes, zeroPages: 0 }, random)
  return { layout, heat: new WriteHeat(layout, random) }
}

test('heat gives writes per page and second where it is hot and zero where nothing is written', () => {
  const { layout, heat } = heatOf(25_600, [{ name: 'hot', pages: 6400, order: { kind: 'random' } }])
  for (let second = 0; second < 10; second++) heat.passSecond({ writesPerSecond: [64_000], places: [0] })
  const { regionPages, frequency, recency, locality } = heat.read(25_600)
  expect(regionPages).toBe(1)
  const hotPages = layout.spans[0]?.flatMap(({ start, pages }) =>
    Array.from({ length: pages }, (_, i) => start + i),
  )
  const hot = new Set(hotPages)
  const sums = { hot: 0, cold: 0 }
  for (let page = 0; page < 25_600; page++) sums[hot.has(page) ? 'hot' : 'cold'] += frequency[page] ?? 0
  expect(sums.hot / 6400).toBeCloseTo(10, 0)
  expect(sums.cold).toBe(0)
  for (const page of hot) expect(recency[page]).toBeGreaterThan(0.8)
  expect(Math.max(...locality)).toBeLessThanOrEqual(1)
})

test('what is no longer written cools down: its frequency in seconds, its recency in tens of them', () => {
  const { heat } = heatOf(64, [{ name: 'all', pages: 64, order: { kind: 'random' } }])
  for (let second = 0; second < 30; second++) heat.passSecond({ writesPerSecond: [6400], places: [0] })
  const before = heat.read(1)
  for (let second = 0; second < 10; second++) heat.passSecond({ writesPerSecond: [0], places: [0] })
  const after = heat.read(1)
  // exp(-10 / 4) and exp(-10 / 10).
  expect((after.frequency[0] ?? 0) / (before.frequency[0] ?? 1)).toBeCloseTo(0.082, 3)
  expect(after.recency[0]).toBeCloseTo(0.368, 3)
  expect(after.locality[0]).toBe(0)
})

test('a walk is hot where it has just been, and goes on from its last page to its first', () => {
  const { heat } = heatOf(1000, [{ name: 'walk', pages: 1000, order: { kind: 'sequential' } }])
  heat.passSecond({ writesPerSecond: [300], places: [0.9] })
  const { frequency } = heat.read(1000)
  const written = [...frequency.keys()].filter(page => (frequency[page] ?? 0) > 0)
  expect(written).toEqual([...Array(200).keys(), ...Array.from({ length: 100 }, (_, i) => 900 + i)])
})

test('locality is the written share of a region and its neighbours', () => {
  const { heat } = heatOf(6, [{ name: 'walk', pages: 6, order: { kind: 'sequential' } }])
  heat.passSecond({ writesPerSecond: [1], places: [2 / 6] })
  expect([...heat.read(6).locality].map(value => Math.round(value * 100))).toEqual([0, 33, 33, 33, 0, 0])
})

test('heat folds to at most the regions asked for, the last one shorter', () => {
  const { heat } = heatOf(1000, [])
  const { regionPages, frequency } = heat.read(300)
  expect(regionPages).toBe(4)
  expect(frequency).toHaveLength(250)
  expect(heatOf(1001, []).heat.read(300).frequency).toHaveLength(251)
})
