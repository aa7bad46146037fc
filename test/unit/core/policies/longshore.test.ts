import { expect, test } from 'vitest'
import { longshore } from '../../../../src/main/core/migration/policies/longshore.ts'
import type { Surroundings } from '../../../../src/main/core/outlook/outlook.ts'
import type { Alternative } from '../../../../src/shared/model/decision.ts'
import { PAGE_BYTES } from '../../../../src/shared/units.ts'
import { afterRoundsLeaving, aPolicyView } from '../../../support/a-policy-view.ts'

const surroundings = (writesPerPageSecond: number): Surroundings => ({
  tiers: [{ pages: 1_000_000, writesPerPageSecond }],
  pagesPerMs: 100,
  roundTripMs: 1,
  vcpuCount: 4,
  roundMs: 0,
  pauseMs: 49,
  switchMs: 0,
  order: 'address',
  logRead: 'round',
  backlogMs: 0,
  requests: 'within',
})

const migration = { startedAtMs: 0, bytesSent: 1_000_000 * PAGE_BYTES }

/** After a first round of 10 s in which a guest dirtied nearly all of its memory. */
const storm = () =>
  longshore.afterRound(afterRoundsLeaving([999_900], { surroundings: surroundings(1), migration }))
/** After one that left hardly anything. */
const calm = () =>
  longshore.afterRound(afterRoundsLeaving([1000], { surroundings: surroundings(1e-4), migration }))

const chosenOf = (alternatives: readonly Alternative[]) => alternatives.find(({ chosen }) => chosen)

test('what is weighed is told in figures: to go on, to switch, to stop', () => {
  const { action, alternatives } = storm()
  expect(action).toBe('switch')
  expect(alternatives.map(({ name, expected }) => [name, expected?.course])).toEqual([
    ['continue', 'send another round, then switch'],
    ['switch', 'switch now'],
    ['stop-and-copy', 'stop and copy now'],
  ])
  // 10 s of round 1, 999,900 pages at 100 a ms, 50 ms of pause; stopped, they are copied in the pause.
  const [goOn, switched, stopped] = alternatives.map(({ expected }) => expected)
  expect(switched?.unavailabilityMs).toBe(50)
  expect((switched?.bytesSent ?? 0) / PAGE_BYTES / 1_999_900).toBeCloseTo(1, 4)
  expect(switched?.totalMs).toBeCloseTo(10_000 + 9999 + 50 + 1, 0)
  expect(stopped?.unavailabilityMs).toBeCloseTo(10_049, 0)
  expect(goOn?.totalMs).toBeGreaterThan(29_000)
})

test('its first reason holds the chosen course against the cheapest other one, its last says what cost is', () => {
  const { reasons } = storm()
  expect(reasons[0]).toMatch(
    /^Switching now is expected to take 20\.1 s in all.*, against 30\.\d s.* after another round: cost /,
  )
  expect(reasons.at(-1)).toMatch(/^Cost is 1 × total time over the 10\.0 s that the link needs at least/)
})

/** In the middle of a first round, of a guest that writes a tenth of its memory. */
const underWay = () =>
  longshore.duringRound?.(
    aPolicyView({
      nowMs: 3000,
      surroundings: {
        ...surroundings(0),
        tiers: [
          { pages: 900_000, writesPerPageSecond: 0 },
          { pages: 100_000, writesPerPageSecond: 2 },
        ],
      },
      migration: {
        startedAtMs: 0,
        bytesSent: 0,
        current: {
          round: 1,
          startedAtMs: 0,
          sentPages: 300_000,
          dirtiedPages: 30_000,
          remainingPages: 700_000,
        },
      },
    }),
  )

test('while it sends on what it predicts has a range, by guests that write more and less', () => {
  const decision = underWay()
  expect(decision?.action).toBe('continue')
  expect(decision?.alternatives[0]?.expected?.course).toMatch(/^send on for .* s, then /)
  const { totalMs = 0, spread } = decision?.prediction ?? {}
  expect(spread?.totalMs.p10).toBeLessThanOrEqual(totalMs)
  expect(spread?.totalMs.p90).toBeGreaterThan(totalMs)
})

test.each([
  ['a storm', storm],
  ['a calm guest', calm],
] as const)('what it predicts of %s is what it expects of the chosen course', (_, decide) => {
  const { prediction, alternatives } = decide()
  const expected = chosenOf(alternatives)?.expected
  expect(prediction?.totalMs).toBe(expected?.totalMs)
  expect(prediction?.bytesSent).toBe(expected?.bytesSent)
  expect(prediction?.converges).toBe(/stop and copy/.test(expected?.course ?? ''))
})

test('no figure of it is held against a limit: the cost decides', () => {
  expect(storm().inputs.every(({ limit, fired }) => limit === null && !fired)).toBe(true)
})

test('where nothing is known of the memory it weighs nothing and predicts nothing of its own', () => {
  const decision = longshore.afterRound(afterRoundsLeaving([1000, 2000]))
  expect(decision).toMatchObject({ action: 'switch', alternatives: [] })
  expect(decision.prediction).toBeUndefined()
})
