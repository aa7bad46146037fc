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

test('what a round dirtied of memory that seemed quiet is what is written, each page once in its time', () => {
  const { around, standing } = positionOf(quiet, afterRound, 1000)
  expect(around.tiers).toEqual([
    { pages: 480, writesPerPageSecond: 0 },
    { pages: 320, writesPerPageSecond: 0 },
    { pages: 200, writesPerPageSecond: 1 },
  ])
  expect([...standing.unsent]).toEqual([0, 0, 200])
  expect([...standing.clean]).toEqual([480, 320, 0])
})

test('what else was written does not make the pages that heat tells of less hot', () => {
  const [hot = 0, rest = 0] = [200, 800]
  const some = {
    ...quiet,
    tiers: [
      { pages: rest, writesPerPageSecond: 0 },
      { pages: hot, writesPerPageSecond: 5 },
    ],
  }
  const [round] = afterRound.rounds
  const rounds = round ? [{ ...round, dirtiedPages: 201 }] : []
  const { around, standing } = positionOf(some, { ...afterRound, rounds }, 1000)
  expect(standing.unsent.at(-1)).toBeCloseTo(200, -1)
  expect(around.tiers.at(-1)?.writesPerPageSecond).toBeGreaterThan(4)
})

test('a round of no time tells no rates without end', () => {
  const [round] = afterRound.rounds
  const rounds = round ? [{ ...round, ms: 0 }] : []
  const { around } = positionOf(quiet, { ...afterRound, rounds }, 1000)
  for (const { writesPerPageSecond } of around.tiers) expect(Number.isFinite(writesPerPageSecond)).toBe(true)
})

test('while it is read as quiet again, what the round dirtied is spread over all of it', () => {
  const { around, standing } = positionOf({ ...quiet, readAtMs: 1000 }, afterRound, 1000)
  expect(around.tiers).toEqual(quiet.tiers)
  expect([...standing.unsent]).toEqual([120, 80])
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
