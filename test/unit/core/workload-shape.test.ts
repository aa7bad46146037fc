import { kmeans } from 'ml-kmeans'
import { expect, test } from 'vitest'
import { Random } from '../../../src/main/core/numeric/random.ts'
import { type Cluster, chooseGroups, silhouette } from '../../../src/main/core/shape/choose-groups.ts'
import { autocorrelation, shapeFeatures, shapePoint } from '../../../src/main/core/shape/features.ts'
import { groupShapes, shapeWord } from '../../../src/main/core/shape/group-shapes.ts'

const COLUMNS = 240
const series = (valueAt: (column: number) => number): Float32Array =>
  Float32Array.from({ length: COLUMNS }, (_, column) => valueAt(column))

const cluster: Cluster = (points, k, initial) => {
  const { clusters, centroids } = kmeans(
    points.map(point => [...point]),
    k,
    { seed: 1, initialization: initial ? initial.map(point => [...point]) : 'kmeans++' },
  )
  return { labels: clusters, centroids }
}

test('mean, spread and peak are those of the known values', () => {
  // 1, 2, 3, 2 over and over: mean 2, variance 0.5.
  const waves = series(column => [0.1, 0.2, 0.3, 0.2][column % 4] ?? 0)
  waves[5] = Number.NaN
  const features = shapeFeatures(
    waves,
    series(() => 100),
  )
  expect(features?.cpu.mean).toBeCloseTo(0.2, 2)
  expect(features?.cpu.spread).toBeCloseTo(Math.sqrt(0.5) / 2, 2)
  expect(features?.cpu.peak).toBeCloseTo(1.5, 2)
  expect(features?.dirty).toEqual({ mean: 100, spread: 0, peak: 1 })
})

test('the autocorrelation of 1, 2, 3, 2, ... is 1 after a period and -1 after half of one', () => {
  const by = autocorrelation(
    series(column => [1, 2, 3, 2][column % 4] ?? 0),
    4,
  )
  expect(by.map(value => Math.round(value * 10) / 10)).toEqual([1, 0, -1, 0, 1])
})

test('a wave has a rhythm at its period, a ramp and noise have none', () => {
  const random = new Random(1)
  const flat = series(() => 0)
  const wave = shapeFeatures(
    series(column => 0.5 + 0.4 * Math.sin((column / 24) * 2 * Math.PI)),
    flat,
  )
  expect(wave?.rhythm).toBeGreaterThan(0.9)
  expect(wave?.periodColumns).toBe(24)
  expect(
    shapeFeatures(
      series(column => column / COLUMNS),
      flat,
    )?.rhythm,
  ).toBe(0)
  expect(
    shapeFeatures(
      series(() => random.unit()),
      flat,
    )?.rhythm,
  ).toBeLessThan(0.3)
})

test('too few columns show no shape, and a VM of unknown dirty rate is told by its CPU', () => {
  const short = series(column => (column < 19 ? 0.5 : Number.NaN))
  expect(
    shapeFeatures(
      short,
      series(() => 1),
    ),
  ).toBeNull()
  const blind = shapeFeatures(
    series(() => 0.5),
    series(() => Number.NaN),
  )
  expect(blind?.dirty).toEqual({ mean: 0, spread: 0, peak: 1 })
})

test('a period of which fewer than three were seen is none, however long nothing was known before', () => {
  const known = 40
  const wave = series(column =>
    column < COLUMNS - known ? Number.NaN : 0.5 + 0.4 * Math.sin((column / 18) * 2 * Math.PI),
  )
  expect(
    shapeFeatures(
      wave,
      series(() => 0),
    ),
  ).toMatchObject({ rhythm: 0, periodColumns: 0 })
})

test('points lie within 0..1 by fixed scales', () => {
  const features = shapeFeatures(
    series(() => 1),
    series(column => (column === 7 ? 1e9 : 0)),
  )
  expect(features).not.toBeNull()
  if (features) for (const part of shapePoint(features)) expect(part >= 0 && part <= 1).toBe(true)
})

test.each([
  [{ cpu: 0.01, dirty: 10, rhythm: 0.9, peak: 9 }, 'idle'],
  [{ cpu: 0.01, dirty: 9000, rhythm: 0.1, peak: 1.2 }, 'steady'],
  [{ cpu: 0.4, dirty: 10, rhythm: 0.6, peak: 9 }, 'periodic'],
  [{ cpu: 0.4, dirty: 10, rhythm: 0.2, peak: 3 }, 'bursty'],
  [{ cpu: 0.4, dirty: 10, rhythm: 0.2, peak: 2 }, 'steady'],
])('%o is called %s', (features, word) => {
  expect(shapeWord(features)).toBe(word)
})

test('a silhouette is near 1 for tight groups far apart: worked by hand', () => {
  // Distances to the own centroid 1, to the other 9 or 11: (8/9 + 10/11) / 2.
  const grouping = { labels: [0, 0, 1, 1], centroids: [[1], [11]] }
  expect(silhouette([[0], [2], [10], [12]], grouping)).toBeCloseTo((8 / 9 + 10 / 11) / 2)
})

test('as many groups are told as there are clouds, and one where there is one cloud', () => {
  const random = new Random(2)
  const cloud = (centre: number) =>
    Array.from({ length: 10 }, () => [centre + 0.02 * random.unit(), 0.02 * random.unit()])
  expect(chooseGroups([...cloud(0), ...cloud(0.5), ...cloud(1)], cluster).centroids).toHaveLength(3)
  const even = Array.from({ length: 60 }, () => Array.from({ length: 7 }, () => random.unit()))
  expect(chooseGroups(even, cluster).centroids).toHaveLength(1)
  expect(chooseGroups([[1, 2]], cluster)).toEqual({ labels: [0], centroids: [[1, 2]] })
  expect(chooseGroups([[1], [1], [1]], cluster).labels).toEqual([0, 0, 0])
})

const kinds: readonly ((column: number, random: Random) => number)[] = [
  (_, random) => 0.01 + 0.005 * random.unit(),
  (_, random) => 0.6 + 0.02 * random.unit(),
  column => 0.4 + 0.3 * Math.sin((column / 30) * 2 * Math.PI),
  (_, random) => (random.unit() < 0.04 ? 0.9 : 0.06),
]

/** Five VMs of each kind. */
const matrixOf = (seed: number) => {
  const random = new Random(seed)
  const vmIds = kinds.flatMap((_, kind) => Array.from({ length: 5 }, (_, vm) => `${kind}-${vm}`))
  const cpu = new Float32Array(vmIds.length * COLUMNS)
  for (const [row, vmId] of vmIds.entries())
    for (let column = 0; column < COLUMNS; column++)
      cpu[row * COLUMNS + column] = kinds[Number(vmId[0])]?.(column, random) ?? 0
  return { vmIds, columnMs: 90_000, cpu, dirty: cpu.map(ratio => ratio * 5000) }
}

test('VMs of one kind come together, under the word for it', () => {
  const { groups, unknownVmIds } = groupShapes(matrixOf(1), cluster)
  expect(unknownVmIds).toEqual([])
  expect(groups.map(({ word, vmIds }) => [word, new Set(vmIds.map(id => id[0]))])).toEqual([
    ['periodic', new Set('2')],
    ['bursty', new Set('3')],
    ['steady', new Set('1')],
    ['idle', new Set('0')],
  ])
  expect(groups[0]?.periodMs).toBe(30 * 90_000)
})

test('groups stay when the figures change a little', () => {
  const first = groupShapes(matrixOf(1), cluster)
  const again = groupShapes(matrixOf(2), cluster, first.centroids)
  expect(again.groups.map(group => group.vmIds)).toEqual(first.groups.map(group => group.vmIds))
})

test('no VMs, and VMs of which nothing is known, make no groups', () => {
  const nothing = { vmIds: [], columnMs: 90_000, cpu: new Float32Array(), dirty: new Float32Array() }
  expect(groupShapes(nothing, cluster)).toMatchObject({ groups: [], unknownVmIds: [] })
  const unknown = new Float32Array(COLUMNS).fill(Number.NaN)
  expect(
    groupShapes({ vmIds: ['a'], columnMs: 90_000, cpu: unknown, dirty: unknown }, cluster),
  ).toMatchObject({
    groups: [],
    unknownVmIds: ['a'],
  })
})
