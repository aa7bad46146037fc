import { describe, expect, test } from 'vitest'
import { clusterHeat, type HeatClustering } from '../../src/main/core/heat/cluster-heat.ts'
import {
  evenHeatPoints,
  hardDistributions,
  hardHeatPoints,
  heatPointsOf,
  skewedHeatPoints,
} from '../support/heat-points.ts'
import { bestPeerInertia, inertiaOf, rowsOf } from '../support/peer-k-means.ts'

const options = { seed: 1, restarts: 24 }

describe('against the best of ten ml-kmeans runs the inertia is at most 1 % higher', () => {
  test.each([
    { name: 'skewed', points: skewedHeatPoints(2000, 11) },
    { name: 'skewed, more than are compared one by one', points: skewedHeatPoints(20_000, 12) },
    { name: 'even', points: evenHeatPoints(6000, 13) },
  ])('$name', ({ points }) => {
    expect(clusterHeat(points, options).inertia / bestPeerInertia(points)).toBeLessThanOrEqual(1.01)
  })

  test.each(hardDistributions)('%s, few and many', name => {
    for (const [count, seed] of [
      [1200, 1],
      [17_000, 2],
    ] as const) {
      const points = hardHeatPoints(name, { count, seed })
      expect(clusterHeat(points, options).inertia).toBeLessThanOrEqual(1.01 * bestPeerInertia(points))
    }
  })
})

test('rare regions far apart are found one by one among hundreds of thousands of equal ones', () => {
  const column = new Float64Array(300_000)
  const points = { frequency: column.slice(), locality: column, recency: column }
  points.frequency[123_456] = 1e9
  for (let region = 1000; region < 1040; region++) points.frequency[region] = 5
  const { centroids, inertia } = clusterHeat(points, options)
  expect(centroids.map(({ frequency, size }) => [frequency, size])).toEqual([
    [0, 299_959],
    [5, 40],
    [1e9, 1],
  ])
  expect(inertia).toBe(0)
})

test('six points in three pairs: centroids, classes and inertia as worked by hand', () => {
  const points = heatPointsOf([
    [10, 1, 1],
    [0, 0, 0],
    [5, 0.5, 0.5],
    [12, 1, 1],
    [0, 0.5, 0],
    [5, 0.5, 0.25],
  ])
  const { labels, centroids, inertia } = clusterHeat(points, options)
  expect([...labels]).toEqual([2, 0, 1, 2, 0, 1])
  expect(centroids).toEqual([
    { label: 'cold', frequency: 0, locality: 0.25, recency: 0, size: 2 },
    { label: 'warm', frequency: 5, locality: 0.5, recency: 0.375, size: 2 },
    { label: 'hot', frequency: 11, locality: 1, recency: 1, size: 2 },
  ])
  // 2 x 0.25^2 + 2 x 0.125^2 + 2 x 1^2
  expect(inertia).toBeCloseTo(2.15625, 12)
})

test('each region has the class of its nearest centroid, and sizes and inertia follow', () => {
  const points = skewedHeatPoints(20_000, 5)
  const { labels, centroids, inertia } = clusterHeat(points, options)
  const centres = centroids.map(({ frequency, locality, recency }) => [frequency, locality, recency])
  const rows = rowsOf(points)
  const distance = (row: readonly number[], cluster: number) =>
    row.reduce((sum, value, axis) => sum + (value - (centres[cluster]?.[axis] ?? 0)) ** 2, 0)
  const strays = rows.filter((row, region) => {
    const own = distance(row, labels[region] ?? 0)
    return [0, 1, 2].some(cluster => distance(row, cluster) < own)
  })
  expect(strays).toEqual([])
  expect(centroids.map(({ size }) => size)).toEqual([0, 1, 2].map(c => labels.filter(l => l === c).length))
  expect(inertia / inertiaOf(rows, labels, centres)).toBeCloseTo(1, 9)
  expect(centroids.map(({ label }) => label)).toEqual(['cold', 'warm', 'hot'])
  expect(centres[0]?.[0]).toBeLessThan(centres[1]?.[0] ?? 0)
  expect(centres[1]?.[0]).toBeLessThan(centres[2]?.[0] ?? 0)
})

test('the same seed gives the same bytes, whatever ran before', () => {
  const points = skewedHeatPoints(10_000, 6)
  const first = clusterHeat(points, options)
  clusterHeat(evenHeatPoints(5000, 1), options)
  expect(clusterHeat(points, options)).toEqual(first)
})

test('points are not rescaled: a frequency a thousand times larger decides alone', () => {
  const points = heatPointsOf([
    [1000, 0, 0],
    [1001, 1, 1],
    [2000, 0, 0],
    [2001, 1, 1],
    [3000, 0, 1],
    [3001, 1, 0],
  ])
  expect([...clusterHeat(points, options).labels]).toEqual([0, 0, 1, 1, 2, 2])
})

test('a few regions far above all others are found though they share the grid with thousands', () => {
  const rows = Array.from({ length: 8000 }, (_, n) => [n % 2 === 0 ? 0.1 : 4, 0.5, 0.5] as const)
  const points = heatPointsOf([...rows, [1e6, 1, 1], [1e6 + 1, 1, 1]])
  const { centroids } = clusterHeat(points, options)
  expect(centroids.map(({ size }) => size)).toEqual([4000, 4000, 2])
})

describe('fewer than three distinct points', () => {
  test('one: all cold, the other classes empty', () => {
    const { labels, centroids, inertia } = clusterHeat(heatPointsOf(Array(5).fill([3, 0.5, 0.5])), options)
    expect([...labels]).toEqual([0, 0, 0, 0, 0])
    expect(centroids.map(({ size, frequency }) => [size, frequency])).toEqual([
      [5, 3],
      [0, 3],
      [0, 3],
    ])
    expect(inertia).toBe(0)
  })

  test('two: cold and hot, whichever comes first', () => {
    const points = heatPointsOf([
      [7, 1, 1],
      [0, 0, 0],
      [7, 1, 1],
    ])
    const { labels, centroids } = clusterHeat(points, options)
    expect([...labels]).toEqual([2, 0, 2])
    expect(centroids.map(({ size }) => size)).toEqual([1, 0, 2])
  })

  test('none: no labels', () => {
    const { labels, centroids } = clusterHeat(heatPointsOf([]), options)
    expect(labels).toHaveLength(0)
    expect(centroids.map(({ size }) => size)).toEqual([0, 0, 0])
  })
})

describe('from one reading to the next', () => {
  test('hardly any region changes its class when the figures hardly change', () => {
    const before = evenHeatPoints(20_000, 21)
    const noise = evenHeatPoints(20_000, 22)
    const nudged = (column: Float32Array, by: Float32Array) =>
      column.map((value, region) => value + 0.002 * (by[region] ?? 0))
    const after = {
      frequency: nudged(before.frequency, noise.frequency),
      locality: nudged(before.locality, noise.locality),
      recency: nudged(before.recency, noise.recency),
    }
    const first = clusterHeat(before, options)
    const second = clusterHeat(after, { seed: 99, restarts: 24, previous: first })
    const changed = first.labels.filter((label, region) => label !== second.labels[region]).length
    expect(changed / 20_000).toBeLessThan(0.01)
  })

  test('a region whose figures stay keeps its class while noise in the others moves the centroids', () => {
    const base = skewedHeatPoints(6000, 31)
    const reading = (tick: number) => {
      const noise = evenHeatPoints(6000, 100 + tick)
      const frequency = base.frequency.map((f, region) =>
        region % 2 === 0 ? f : f * (0.97 + 0.06 * (noise.frequency[region] ?? 0)),
      )
      return { ...base, frequency }
    }
    const changesWith = (next: (tick: number, last: HeatClustering) => HeatClustering) => {
      let last = clusterHeat(reading(0), options)
      let changes = 0
      for (let tick = 1; tick <= 20; tick++) {
        const { labels: before } = last
        last = next(tick, last)
        changes += last.labels.filter((label, region) => region % 2 === 0 && label !== before[region]).length
      }
      return changes
    }
    const eachAlone = changesWith(tick => clusterHeat(reading(tick), options))
    const inTurn = changesWith((tick, last) => clusterHeat(reading(tick), { ...options, previous: last }))
    expect(eachAlone).toBeGreaterThan(5)
    expect(inTurn).toBe(0)
  })

  test('the very same reading again changes nothing at all', () => {
    const points = skewedHeatPoints(20_000, 32)
    const first = clusterHeat(points, options)
    const again = clusterHeat(points, { ...options, seed: 5, previous: first })
    expect(again.labels).toEqual(first.labels)
  })

  test('a region that moves clearly into another class changes at once', () => {
    const points = heatPointsOf([
      ...Array(20).fill([0, 0, 0]),
      ...Array(20).fill([5, 0, 0]),
      ...Array(20).fill([10, 0, 0]),
    ])
    const first = clusterHeat(points, options)
    points.frequency[0] = 9
    expect(clusterHeat(points, { ...options, previous: first }).labels[0]).toBe(2)
  })

  test('centroids that no longer fit are given up for a better start', () => {
    const points = skewedHeatPoints(10_000, 7)
    const misleading = [1e6, 1e6 + 1, 1e6 + 2].map((frequency, n) => ({
      label: (['cold', 'warm', 'hot'] as const)[n] ?? 'cold',
      frequency,
      locality: 0,
      recency: 0,
      size: 1,
    }))
    const fresh = clusterHeat(points, options)
    expect(
      clusterHeat(points, { ...options, previous: { centroids: misleading, labels: fresh.labels } }).inertia /
        fresh.inertia,
    ).toBeLessThan(1.003)
  })

  test('classes swap when the warm cluster has become clearly hotter than the hot one', () => {
    const first = clusterHeat(
      heatPointsOf([
        [0, 0, 0],
        [5, 0, 1],
        [6, 1, 0],
      ]),
      options,
    )
    const second = clusterHeat(
      heatPointsOf([
        [0, 0, 0],
        [7, 0, 1],
        [6, 1, 0],
      ]),
      { ...options, previous: first },
    )
    expect([...first.labels]).toEqual([0, 1, 2])
    expect([...second.labels]).toEqual([0, 2, 1])
  })
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('%d is refused with its place', value => {
  const points = heatPointsOf([
    [1, 0, 0],
    [2, 0, value],
  ])
  expect(() => clusterHeat(points, options)).toThrow(`page heat has ${value} as recency of region 1`)
})

test('columns of unequal length are refused', () => {
  const points = { ...heatPointsOf([[1, 0, 0]]), recency: new Float32Array(2) }
  expect(() => clusterHeat(points, options)).toThrow('1 frequencies and 2 of recency')
})
