import { afterEach, beforeEach, expect, test } from 'vitest'
import { startHeatClusterer } from '../../src/main/adapters/system/heat-clusterer.ts'
import { clusterHeat } from '../../src/main/core/heat/cluster-heat.ts'
import type { HeatClusterer } from '../../src/main/ports/heat-clusterer.ts'
import { Failure } from '../../src/shared/failure.ts'
import { skewedHeatPoints } from '../support/heat-points.ts'

let clusterer: HeatClusterer
beforeEach(() => {
  clusterer = startHeatClusterer()
})
afterEach(() => clusterer.close())

const aReading = (seed: number) => ({
  atMs: 1000 + seed,
  regionPages: 16,
  totalPages: 5000 * 16,
  ...skewedHeatPoints(5000, seed),
})

test('it sorts regions as the core does and leaves the arrays of the reading to the caller', async () => {
  const reading = aReading(1)
  const heat = await clusterer.cluster('vm-1', reading)
  const { labels, centroids, inertia, iterations } = clusterHeat(reading, { seed: 1, restarts: 24 })
  expect(heat).toEqual({
    vmId: 'vm-1',
    atMs: 1001,
    regionPages: 16,
    totalPages: 80_000,
    classes: labels,
    frequency: reading.frequency,
    centroids,
    inertia,
    iterations,
  })
  expect(reading.recency.length).toBe(5000)
})

test('readings of several VMs at once each get their own answer', async () => {
  const heats = await Promise.all([1, 2, 3].map(seed => clusterer.cluster(`vm-${seed}`, aReading(seed))))
  expect(heats.map(({ vmId, atMs }) => `${vmId} ${atMs}`)).toEqual(['vm-1 1001', 'vm-2 1002', 'vm-3 1003'])
})

test('figures that are not numbers are refused in a plain sentence and the next reading works', async () => {
  const reading = aReading(1)
  reading.locality[7] = Number.NaN
  const error: unknown = await clusterer.cluster('vm-1', reading).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Failure)
  expect(String(error)).toMatch(/page heat of VM vm-1 cannot be sorted: .* NaN as locality of region 7/)
  expect((await clusterer.cluster('vm-1', aReading(1))).classes.length).toBe(5000)
})

test('closing rejects what is under way and what comes after', async () => {
  const underWay = clusterer.cluster('vm-1', aReading(1)).catch((reason: unknown) => reason)
  await clusterer.close()
  expect(await underWay).toMatchObject({ code: 'closed' })
  await expect(clusterer.cluster('vm-1', aReading(1))).rejects.toMatchObject({ code: 'closed' })
})
