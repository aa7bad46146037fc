import { expect, test } from 'vitest'
import { predictOutcome } from '../../src/main/core/migration/predict-outcome.ts'
import { PAGE_BYTES } from '../../src/shared/units.ts'

/** 100,000 pages at 50,000 pages/s. */
const aStanding = (dirtyRatio: number) => ({
  afterRound: 0,
  elapsedMs: 0,
  bytesSent: 0,
  remainingPages: 100_000,
  dirtyRatio,
  bandwidthBytesPerSecond: 50_000 * PAGE_BYTES,
})
const limits = { epsilonPages: 50, maxRounds: 5, switchTheta: 0.7, postCopy: true }

test('a tenth re-dirtied each round converges: 2000 + 200 + 20 + 2 ms, then 10 pages in the pause (eq 8 to 10)', () => {
  const outcome = predictOutcome(aStanding(0.1), limits)
  expect(outcome.totalMs).toBeCloseTo(2000 + 200 + 20 + 2 + 0.2 + 50, 6)
  expect(outcome.downtimeMs).toBeCloseTo(50.2, 6)
  expect(outcome.bytesSent).toBe((100_000 + 10_000 + 1000 + 100 + 10) * PAGE_BYTES)
})

test('at theta it switches after the first round and fetches the rest in post-copy (eq 11, 12)', () => {
  const outcome = predictOutcome(aStanding(0.7), limits)
  expect(outcome.totalMs).toBeCloseTo(2000 + 50 + 1400, 6)
  expect(outcome.downtimeMs).toBe(50)
})

test('plain pre-copy at the same rate pays with its pause after N_max rounds', () => {
  const outcome = predictOutcome(aStanding(0.7), { ...limits, switchTheta: null, postCopy: false })
  expect(outcome.downtimeMs).toBeCloseTo(50 + 2000 * 0.7 ** 5, 6)
})

test('a host without post-copy copies what is left at theta in the pause', () => {
  const outcome = predictOutcome(aStanding(0.7), { ...limits, postCopy: false })
  expect(outcome.downtimeMs).toBeCloseTo(50 + 1400, 6)
})

test('a dirty curve tells what each round dirties, and whether it switches', () => {
  const known = { ...aStanding(0.9), dirtiedWithin: (ms: number) => Math.min(10_000, ms * 20) }
  // 2 s dirty 10,000 pages; these take 0.2 s, which dirty 4,000; 0.08 s: 1,600; 0.032 s: 640; 0.0128 s: 256 in the pause.
  const outcome = predictOutcome(known, { ...limits, maxRounds: 5 })
  expect(outcome.totalMs).toBeCloseTo(2000 + 200 + 80 + 32 + 12.8 + 5.12 + 50, 6)
  expect(outcome.bytesSent).toBe((100_000 + 10_000 + 4_000 + 1_600 + 640 + 256) * PAGE_BYTES)
})
