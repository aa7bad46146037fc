import { expect, test } from 'vitest'
import { type GuestPlan, planGuest } from '../../../../src/main/core/simulation/guest-plan.ts'
import { periodOf, warmUpForecast } from '../../../../src/main/core/simulation/warm-up-forecast.ts'

const uniform = { kind: 'uniform', workingSetPages: 1000, writesPerSecond: 1000 } as const
const phases = (onSeconds: number, offSeconds: number): GuestPlan =>
  planGuest({ kind: 'phases', onSeconds, offSeconds, startSeconds: 0, workload: uniform })

const rates = (guest: GuestPlan, warmupSeconds: number, atMs: number): readonly number[] =>
  warmUpForecast(guest, warmupSeconds)?.(atMs).points.map(point => Math.round(point.dirtyPagesPerSecond)) ??
  []

// 1,000 writes to 1,000 pages in a second touch 1,000 (1 - 1/e) = 632 of them.
test('a steady guest is expected to go on as it did last', () => {
  expect(new Set(rates(planGuest(uniform), 60, 5000))).toEqual(new Set([632]))
})

test('a guest that paused twice in its history is expected to pause again', () => {
  const ahead = rates(phases(3, 2), 10, 1000)
  expect(ahead.slice(0, 6)).toEqual([632, 632, 0, 0, 632, 632])
})

test('a period that history does not show twice is not known', () => {
  expect(new Set(rates(phases(20, 20), 60, 0))).toEqual(new Set([0]))
})

test('a sequential guest dirties as many pages as it writes, a curve what it says of one second', () => {
  const walk = planGuest({ kind: 'sequential', workingSetPages: 1000, writesPerSecond: 70 })
  expect(rates(walk, 10, 0)[0]).toBe(70)
  // D(1) = 50 + 9 * 20
  const curve = planGuest({ kind: 'dirty-curve', umPages: 50, unPages: [20], mwwsPages: 1000 })
  expect(rates(curve, 10, 0)[0]).toBe(230)
})

test('without history there is no forecast', () => {
  expect(warmUpForecast(planGuest(uniform), 0)).toBeNull()
})

test('the shortest period is found, and none in what stays alike', () => {
  expect(periodOf([1, 5, 9, 1, 5, 9, 1, 5, 9])).toBe(3)
  expect(periodOf([5, 5, 5, 5])).toBeNull()
  expect(periodOf([1, 2, 3, 4, 5, 6, 7, 8])).toBeNull()
})
