import { expect, test } from 'vitest'
import { predictWithSpread, rateErrorOf } from '../../src/main/core/migration/predict-with-spread.ts'
import type { Round } from '../../src/shared/model/migration.ts'
import { predictionScores } from '../../src/shared/model/prediction-score.ts'
import { PAGE_BYTES } from '../../src/shared/units.ts'
import { aMigration } from '../fakes/fake-migration.ts'

const aRound = (dirtiedPages: number, changes: Partial<Round> = {}): Round => ({
  index: 1,
  live: true,
  startedAtMs: 0,
  ms: 1000,
  sentPages: 50_000,
  dirtiedPages,
  bandwidthBytesPerSecond: 50_000 * PAGE_BYTES,
  ...changes,
})

/** 100,000 pages at 50,000 pages/s. */
const standing = {
  afterRound: 0,
  elapsedMs: 0,
  bytesSent: 0,
  remainingPages: 100_000,
  dirtyRatio: 0.1,
  bandwidthBytesPerSecond: 50_000 * PAGE_BYTES,
}
const limits = { epsilonPages: 50, maxRounds: 5, switchTheta: 0.7, postCopy: true }

test('after a single round a rate is taken to be off by a fifth', () => {
  expect(rateErrorOf([])).toBe(0.2)
  expect(rateErrorOf([aRound(1000)])).toBe(0.2)
})

test('rounds tell by how much the rate scatters: 1000 and 2000 pages a second by ln 2 / sqrt 2', () => {
  expect(rateErrorOf([aRound(1000), aRound(2000)])).toBeCloseTo(Math.LN2 / Math.SQRT2, 9)
  expect(rateErrorOf([aRound(1000), aRound(1000)])).toBe(0.02)
  expect(rateErrorOf([aRound(1000), aRound(2000, { live: false })])).toBe(0.2)
})

test('a prediction has the outcomes at both ends of its rate: a tenth of 0.1 +- 20 %', () => {
  const { totalMs, converges, spread } = predictWithSpread(standing, limits, 0.2)
  // At 0.1: 2000 + 200 + 20 + 2 + 0.2 + 50 ms; at 0.1 exp(-0.2563) = 0.07739 one round less; at 0.12922 one more or as many.
  expect(totalMs).toBeCloseTo(2272.2, 6)
  expect(converges).toBe(true)
  const low = 0.1 * Math.exp(-0.25632)
  expect(spread?.totalMs.p10).toBeCloseTo(2050 + 2000 * (low + low ** 2 + low ** 3), 6)
  const high = 0.1 * Math.exp(0.25632)
  expect(spread?.totalMs.p90).toBeCloseTo(2050 + 2000 * (high + high ** 2 + high ** 3 + high ** 4), 6)
})

test('what does not shrink is not expected to converge', () => {
  expect(predictWithSpread({ ...standing, dirtyRatio: 0.9 }, limits, 0.2).converges).toBe(false)
})

const spread = {
  totalMs: { p10: 9000, p90: 11_000 },
  downtimeMs: { p10: 50, p90: 60 },
  bytesSent: { p10: 1e9, p90: 2e9 },
}
const prediction = {
  afterRound: 1,
  totalMs: 12_000,
  downtimeMs: 50,
  bytesSent: 1.5e9,
  converges: false,
  spread,
}
const done = aMigration({
  phase: 'completed',
  startedAtMs: 1000,
  endedAtMs: 11_000,
  downtimeMs: 40,
  bytesSent: 1.5e9,
  rounds: [aRound(45_000)],
  ending: { kind: 'post-copy', atMs: 2000, afterRound: 1, reasons: [] },
  predictions: [prediction],
})

test('a prediction is held against what came: its errors, its ranges and whether pre-copy would end by itself', () => {
  const [score] = predictionScores(done)
  expect(score?.figures.totalMs.error).toBeCloseTo(0.2, 9)
  expect(score?.figures.totalMs.isCovered).toBe(true)
  expect(score?.figures.downtimeMs.error).toBeCloseTo(0.25, 9)
  expect(score?.figures.downtimeMs.isCovered).toBe(false)
  expect(score?.figures.bytesSent).toEqual({ error: 0, isCovered: true })
  expect(score?.isConvergenceRight).toBe(true)
})

test('what earlier versions predicted without a range has an error and no more', () => {
  const { spread: _, converges: __, ...plain } = prediction
  const [score] = predictionScores({ ...done, predictions: [plain] })
  expect(score?.figures.totalMs.error).toBeCloseTo(0.2, 9)
  expect(score?.figures.totalMs.isCovered).toBeNull()
  expect(score?.isConvergenceRight).toBeNull()
})

test('what was not told is not scored, and a migration that did not complete not at all', () => {
  const [score] = predictionScores({ ...done, bytesSent: 0 })
  expect(score?.figures.bytesSent).toEqual({ error: null, isCovered: null })
  expect(predictionScores({ ...done, phase: 'failed' })).toEqual([])
})
