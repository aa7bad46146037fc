import { expect, test } from 'vitest'
import { tiersOf } from '../../src/main/core/outlook/memory-tiers.ts'
import { migrationSurroundings } from '../../src/main/services/migration-surroundings.ts'
import { EVERY_CAPABILITY } from '../support/a-policy-view.ts'

const migration = { memoryPages: 1000, linkBytesPerSecond: 4_096_000 }
const host = { vcpuCount: 4, capabilities: EVERY_CAPABILITY, policy: {} }

test('page heat gives tiers, and the link is in pages a millisecond', () => {
  const heat = { regionPages: 250, totalPages: 1000, frequency: Float32Array.of(0, 8, 8, 1) }
  const around = migrationSurroundings(
    migration,
    { heat: { tiers: tiersOf(heat), readAtMs: 7 }, dirtyPagesPerSecond: 5 },
    host,
  )
  expect(around?.tiers).toEqual([
    { pages: 250, writesPerPageSecond: 0 },
    { pages: 250, writesPerPageSecond: 1 },
    { pages: 500, writesPerPageSecond: 8 },
  ])
  expect(around).toMatchObject({ pagesPerMs: 1, vcpuCount: 4, order: 'cold-first', logRead: 'round' })
})

test('without heat all of memory is one tier that is dirtied at the measured rate', () => {
  // 1000 x (1 - exp(-0.5)) = 393.47 unique pages within a second.
  const around = migrationSurroundings(migration, { heat: null, dirtyPagesPerSecond: 393.469_34 }, host)
  expect(around?.tiers).toHaveLength(1)
  expect(around?.tiers[0]?.writesPerPageSecond).toBeCloseTo(0.5, 6)
})

test('a guest said to dirty more than it has still has a finite rate', () => {
  const around = migrationSurroundings(migration, { heat: null, dirtyPagesPerSecond: 5000 }, host)
  expect(around?.tiers[0]?.writesPerPageSecond).toBeCloseTo(6.9078, 4)
})

test('without either nothing is known', () => {
  expect(migrationSurroundings(migration, { heat: null, dirtyPagesPerSecond: null }, host)).toBeNull()
})

test.each([
  ['overtake', true, 'beside'],
  ['overtake', false, 'within'],
  ['queue', true, 'within'],
] as const)('requests that %s, where what overtakes is sent beside: %j, are sent %s', (pageRequests, requestsBeside, requests) => {
  const capabilities = { ...EVERY_CAPABILITY, requestsBeside }
  const ways = { vcpuCount: 4, capabilities, policy: { pageRequests } }
  const around = migrationSurroundings(migration, { heat: null, dirtyPagesPerSecond: 5 }, ways)
  expect(around?.requests).toBe(requests)
})
