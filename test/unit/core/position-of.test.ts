import { expect, test } from 'vitest'
import type { Standing, Surroundings } from '../../../src/main/core/outlook/outlook.ts'
import { positionOf } from '../../../src/main/core/outlook/position-of.ts'
import { PAGE_BYTES } from '../../../src/shared/units.ts'
import { aMigration } from '../../fakes/fake-migration.ts'

const quiet: Surroundings = {
  tiers: [
    { pages: 600, writesPerPageSecond: 0 },
    { pages: 400, writesPerPageSecond: 0 },
  ],
  pagesPerMs: 1,
  roundTripMs: 0,
  vcpuCount: 1,
  roundMs: 0,
  pauseMs: 0,
  switchMs: 0,
  order: 'address',
  logRead: 'round',
  backlogMs: 0,
  requests: 'within',
}
const busy = { ...quiet, tiers: quiet.tiers.map(tier => ({ ...tier, writesPerPageSecond: 2 })) }

/** A first round of a second, which dirtied 200 of 1000 pages, and a second one that begins. */
const afterRound = aMigration({
  rounds: [
    {
      index: 1,
      live: true,
      startedAtMs: 0,
      ms: 1000,
      sentPages: 1000,
      dirtiedPages: 200,
      bandwidthBytesPerSecond: 1000 * PAGE_BYTES,
    },
  ],
  current: { round: 2, startedAtMs: 1000, sentPages: 0, dirtiedPages: null, remainingPages: 200 },
})

const sum = (pages: Standing['dirty']): number => pages.reduce((total, each) => total + each, 0)

test('what a round dirtied of memory that seemed quiet is anywhere', () => {
  const { around, standing } = positionOf(quiet, afterRound, 1000)
  expect(sum(standing.unsent)).toBeCloseTo(200, 6)
  expect(standing.unsent[0]).toBeCloseTo(120, 6)
  expect(sum(standing.clean)).toBeCloseTo(800, 6)
  // Every page of a round counts as dirty that is written in its second: 1 - exp(-0.2231) is a fifth.
  for (const { writesPerPageSecond } of around.tiers) expect(writesPerPageSecond).toBeCloseTo(0.2231, 2)
})

test('heat of before the round is held to what the round dirtied', () => {
  const { around, standing } = positionOf(busy, afterRound, 1000)
  expect(sum(standing.unsent)).toBeCloseTo(200, 0)
  expect(around.tiers[0]?.writesPerPageSecond).toBeCloseTo(0.2231, 2)
})

test('heat that was read since the round ended stands as it was read', () => {
  const { around, standing } = positionOf({ ...busy, readAtMs: 1200 }, afterRound, 1200)
  expect(around.tiers[0]?.writesPerPageSecond).toBe(2)
  expect(sum(standing.unsent)).toBeCloseTo(0, 0)
})
