import { expect, test } from 'vitest'
import { defaultThresholds } from '../../../../src/main/core/decision/thresholds.ts'
import {
  preCopyAutoConverge,
  throttleAfter,
} from '../../../../src/main/core/migration/policies/pre-copy-auto-converge.ts'
import { preCopyQemu } from '../../../../src/main/core/migration/policies/pre-copy-qemu.ts'
import { afterRoundsLeaving, EVERY_CAPABILITY, roundsLeaving } from '../../../support/a-policy-view.ts'
import { simulated } from '../../../support/a-simulated-case.ts'

const heavy = {
  workload: { kind: 'uniform', workingSetPages: 8192, writesPerSecond: 1e6 },
  maxLiveSeconds: 8,
}

// The link sends 100,000 pages a second: 300 ms are 30,000 pages.
test.each([
  ['goes on with 30,000 pages left', [30_000], 'continue'],
  ['finishes with 29,999', [29_999], 'stop-and-copy'],
  ['goes on for ever while they are too many', Array<number>(80).fill(30_000), 'continue'],
] as const)('%s', (_, left, action) => {
  expect(preCopyQemu.afterRound(afterRoundsLeaving(left)).action).toBe(action)
})

test('a guest that writes little is moved with a pause within downtime-limit', () => {
  const { downtimeMs, rounds } = simulated({ name: 'pre-copy-qemu' })
  expect(downtimeMs).toBeLessThan(315)
  expect(rounds.length).toBeLessThanOrEqual(4)
  const strict = simulated({ name: 'pre-copy-qemu', thresholds: { downtimeLimit: 5 } })
  expect(strict.downtimeMs).toBeLessThan(20)
  expect(strict.rounds.length).toBeGreaterThan(rounds.length)
})

test('a guest that writes faster than the link carries is never done by itself', () => {
  const { preCopyMs, downtimeMs } = simulated({ name: 'pre-copy-qemu' }, heavy)
  expect(preCopyMs).toBeGreaterThanOrEqual(8000)
  expect(downtimeMs).toBeGreaterThan(315)
})

test.each([
  ['nothing is taken after one round that dirtied too much', [6e5], 0],
  ['the first step comes with the second', [6e5, 4e5], 0.2],
  ['a quiet round in between does not start the count again', [6e5, 1e5, 9e4], 0.2],
  ['each further two take a tenth more', [6e5, 5e5, 4e5, 3e5, 2e5, 1.9e5], 0.4],
  ['never more than the most', Array<number>(60).fill(9e5), 0.99],
  ['half of what was sent is not too much', [5e5, 2.5e5, 1.25e5], 0],
] as const)('auto-converge: %s', (_, left, throttle) => {
  expect(throttleAfter(roundsLeaving(1_000_000, ...left), defaultThresholds)).toBeCloseTo(throttle, 9)
})

test('auto-converge: rounds shorter than a second are taken together', () => {
  // Rounds of 1 s (100,000 pages), then two of 0.6 s: the second and third make one period.
  const rounds = roundsLeaving(100_000, 60_000, 60_000, 60_000)
  expect(throttleAfter(rounds.slice(0, 2), defaultThresholds)).toBe(0)
  expect(throttleAfter(rounds, defaultThresholds)).toBe(0.2)
})

test('auto-converge: a step is asked for once, and never where guests cannot be slowed down', () => {
  const view = afterRoundsLeaving([6e5, 5e5])
  expect(preCopyAutoConverge.afterRound(view).adjustments).toEqual([{ kind: 'throttle', speed: 0.8 }])
  const slowed = afterRoundsLeaving([6e5, 5e5], { migration: { guestSpeed: 0.8 } })
  expect(preCopyAutoConverge.afterRound(slowed).adjustments).toEqual([])
  const rigid = { ...EVERY_CAPABILITY, throttle: false }
  expect(preCopyAutoConverge.afterRound({ ...view, capabilities: rigid }).adjustments).toBeUndefined()
})

test('auto-converge: a guest that would never be done is, at the cost of its own time', () => {
  const storm = { ...heavy, maxLiveSeconds: 300, workload: { ...heavy.workload, writesPerSecond: 40_000 } }
  const { downtimeMs, lostGuestMs, preCopyMs } = simulated(
    { name: 'pre-copy-auto-converge', thresholds: { downtimeLimit: 100 } },
    storm,
  )
  expect(preCopyMs).toBeLessThan(300_000)
  expect(downtimeMs).toBeLessThan(115)
  expect(lostGuestMs).toBeGreaterThan(500)
})
