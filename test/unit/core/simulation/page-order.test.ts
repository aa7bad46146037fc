import { expect, test } from 'vitest'
import { PageSet } from '../../../../src/main/core/numeric/page-set.ts'
import type { MigrationFact, PageMigration } from '../../../../src/main/core/simulation/page-migration.ts'
import { liveRegions, PageWalk, pushRegions } from '../../../../src/main/core/simulation/page-walk.ts'
import { aGuest, aMigration } from '../../../support/a-guest.ts'

const setOf = (capacity: number, pages: readonly number[]): PageSet => {
  const set = new PageSet(capacity)
  for (const page of pages) set.add(page)
  return set
}

const visited = (walk: PageWalk, set: PageSet): readonly number[] => {
  const pages: number[] = []
  for (let page = walk.next(set); page >= 0; page = walk.next(set)) {
    pages.push(page)
    set.remove(page)
  }
  return pages
}

/** 100 regions of 100 pages of which every second is hot. */
const order = {
  kind: 'page-order' as const,
  regionPages: 100,
  classes: Uint8Array.from({ length: 100 }, (_, i) => (i % 2) * 2),
}

const advanceUntil = (
  migration: PageMigration,
  isIt: (fact: MigrationFact) => boolean,
): MigrationFact | undefined => {
  for (let steps = 0; steps < 10_000 && !migration.ended; steps++) {
    const fact = migration.advance(1, [8000]).find(isIt)
    if (fact) return fact
  }
  return undefined
}

test('without an order pages are visited by address', () => {
  expect(visited(new PageWalk(), setOf(100, [70, 3, 64, 31, 32]))).toEqual([3, 31, 32, 64, 70])
})

test('classes are visited coldest first or hottest first, by address within a region', () => {
  const classes = Uint8Array.from([2, 0, 1, 0])
  expect(liveRegions({ regionPages: 10, classes })).toEqual([1, 3, 2, 0])
  expect(liveRegions({ regionPages: 10, classes, live: 'hottest-first' })).toEqual([0, 2, 1, 3])
  expect(pushRegions({ regionPages: 10, classes })).toEqual([0, 2, 1, 3])
  const walk = new PageWalk()
  walk.through(liveRegions({ regionPages: 10, classes }), 10)
  expect(visited(walk, setOf(35, [0, 9, 10, 19, 21, 34]))).toEqual([10, 19, 34, 21, 0, 9])
})

test('a bound on the bandwidth is obeyed from then on, and taken back', () => {
  const migration = aMigration()
  migration.advance(100, [0])
  const before = migration.bytesSent
  migration.control({ kind: 'bandwidth', bytesPerSecond: 1000 * 4096 })
  migration.advance(1000, [0])
  expect((migration.bytesSent - before) / 4096).toBeCloseTo(1000, -1)
  const bounded = migration.bytesSent
  migration.control({ kind: 'bandwidth', bytesPerSecond: null })
  migration.advance(100, [0])
  expect((migration.bytesSent - bounded) / 4096).toBeCloseTo(1000, -1)
})

test('a guest that is slowed down writes less while it runs at its source', () => {
  const dirtied = (speed: number) => {
    const migration = aMigration()
    expect(migration.control({ kind: 'throttle', speed })).toBe(true)
    const fact = advanceUntil(migration, ({ kind }) => kind === 'round-ended')
    return fact?.kind === 'round-ended' ? fact.dirtiedPages : Number.NaN
  }
  expect(dirtied(0)).toBe(0)
  expect(dirtied(0.2)).toBeLessThan(dirtied(1) * 0.4)
})

test('the pause is not bounded: what is left goes at the full rate of the link', () => {
  const paused = (bytesPerSecond: number | null) => {
    const migration = aMigration()
    migration.control({ kind: 'stop-and-copy' })
    migration.advance(950, [5000])
    migration.control({ kind: 'bandwidth', bytesPerSecond })
    const fact = advanceUntil(migration, ({ kind }) => kind === 'resumed')
    return fact?.kind === 'resumed' ? fact.pauseMs : Number.NaN
  }
  // The last 50 ms of round 1 take 500 ms, in which 4,000 more writes come; still no second of pause comes of them.
  expect(paused(1000 * 4096)).toBeLessThan(paused(null) + 400)
})

test('a share of the link bounds a migration in every phase', () => {
  const migration = aMigration()
  migration.share(2000 * 4096)
  migration.advance(1000, [0])
  expect(migration.bytesSent / 4096).toBeCloseTo(2000, -1)
})

test('with the coldest first, fewer pages are dirty again when their round ends', () => {
  // Half of memory is written; regions of 100 pages are hot where the guest writes.
  const dirtied = (isOrdered: boolean) => {
    const guest = aGuest({ pages: 10_000, share: 0.5 })
    const migration = aMigration({ guest })
    guest.run(2000, [8000], null)
    const heat = guest.heat.read(100)
    const classes = Uint8Array.from(heat.frequency, frequency => (frequency > 0.2 ? 2 : 0))
    if (isOrdered) migration.control({ kind: 'page-order', regionPages: heat.regionPages, classes })
    advanceUntil(migration, fact => fact.kind === 'round-ended' && fact.round === 1)
    const second = advanceUntil(migration, fact => fact.kind === 'round-ended' && fact.round === 2)
    return second?.kind === 'round-ended' ? second : undefined
  }
  expect(dirtied(true)?.sentPages).toBe(dirtied(false)?.sentPages)
  expect(dirtied(true)?.dirtiedPages).toBeLessThanOrEqual(dirtied(false)?.dirtiedPages ?? 0)
})

test('after a switch the hottest are pushed first', () => {
  const migration = aMigration({ guest: aGuest({ pages: 10_000, share: 1 }) })
  expect(migration.control(order)).toBe(true)
  migration.control({ kind: 'switch' })
  const resumed = advanceUntil(migration, ({ kind }) => kind === 'resumed')
  expect(resumed).toBeDefined()
  expect(advanceUntil(migration, ({ kind }) => kind === 'completed')).toBeDefined()
  expect(migration.control(order)).toBe(false)
})
