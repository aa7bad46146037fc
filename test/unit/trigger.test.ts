import { expect, test } from 'vitest'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import {
  armedTrigger,
  stepTrigger,
  type TriggerReading,
  type TriggerState,
  triggerInputs,
} from '../../src/main/core/decision/trigger.ts'
import { type Measure, UNAVAILABLE } from '../../src/shared/model/measure.ts'

const LINK = 300_000
const THETA = 150_000
const measured = (value: number): Measure => ({ origin: 'measured', value, ageMs: 0 })

const aReading = (change: Partial<TriggerReading> = {}): TriggerReading => ({
  hostCpuRatio: measured(0.2),
  forecastHostCpuRatio: UNAVAILABLE,
  bearsHostLoad: false,
  dirtyPagesPerSecond: measured(1000),
  forecastDirtyPagesPerSecond: UNAVAILABLE,
  pageFaultsPerSecond: UNAVAILABLE,
  usualPageFaultsPerSecond: null,
  linkPagesPerSecond: LINK,
  ...change,
})

/** Feeds one reading a second and tells at which seconds it fired. */
const run = (readings: readonly TriggerReading[], from: TriggerState = armedTrigger) => {
  let state = from
  const firedAt: number[] = []
  readings.forEach((reading, second) => {
    const step = stepTrigger(state, reading, { thresholds: defaultThresholds, nowMs: second * 1000 })
    state = step.state
    if (step.fired) firedAt.push(second)
  })
  return { state, firedAt }
}
const seconds = (count: number, reading: TriggerReading) => Array.from({ length: count }, () => reading)

test('a dirty rate at theta for 30 s fires once', () => {
  const { firedAt } = run(seconds(100, aReading({ dirtyPagesPerSecond: measured(THETA) })))
  expect(firedAt).toEqual([30])
})

test('a rate just under theta never fires', () => {
  expect(run(seconds(100, aReading({ dirtyPagesPerSecond: measured(THETA - 1) }))).firedAt).toEqual([])
})

test('a dip to above the re-arm level does not restart the duration, one below it does', () => {
  const high = aReading({ dirtyPagesPerSecond: measured(THETA) })
  const shallow = aReading({ dirtyPagesPerSecond: measured(0.91 * THETA) })
  const deep = aReading({ dirtyPagesPerSecond: measured(0.89 * THETA) })
  expect(run([...seconds(20, high), shallow, ...seconds(20, high)]).firedAt).toEqual([30])
  expect(run([...seconds(20, high), deep, ...seconds(31, high)]).firedAt).toEqual([51])
})

test('it fires again only after it has re-armed', () => {
  const high = aReading({ dirtyPagesPerSecond: measured(THETA) })
  expect(run([...seconds(60, high), aReading(), ...seconds(40, high)]).firedAt).toEqual([30, 91])
})

test('the forecast fires alone, before the measured rate is there', () => {
  const { firedAt } = run(seconds(40, aReading({ forecastDirtyPagesPerSecond: measured(2 * THETA) })))
  expect(firedAt).toEqual([30])
})

test('an unavailable clause never fires and says so', () => {
  const reading = aReading({ dirtyPagesPerSecond: UNAVAILABLE })
  const { state, fired } = stepTrigger(armedTrigger, reading, { thresholds: defaultThresholds, nowMs: 0 })
  const inputs = triggerInputs(state, reading, defaultThresholds)
  expect(fired).toBe(false)
  expect(inputs.find(input => input.name === 'dirty rate')).toMatchObject({
    value: UNAVAILABLE,
    fired: false,
  })
})

test("a host's CPU speaks only for the VM that bears its load", () => {
  const hot = { hostCpuRatio: measured(0.95) }
  expect(run(seconds(40, aReading(hot))).firedAt).toEqual([])
  expect(run(seconds(40, aReading({ ...hot, bearsHostLoad: true }))).firedAt).toEqual([30])
})

test("page faults are held against twice the VM's own 95th percentile", () => {
  const faults = (value: number) =>
    aReading({ pageFaultsPerSecond: measured(value), usualPageFaultsPerSecond: 100 })
  expect(run(seconds(40, faults(199))).firedAt).toEqual([])
  expect(run(seconds(40, faults(200))).firedAt).toEqual([30])
})

test('a VM that usually has no page faults is not triggered by having none', () => {
  const none = aReading({ pageFaultsPerSecond: measured(0), usualPageFaultsPerSecond: 0 })
  expect(run(seconds(40, none)).firedAt).toEqual([])
})
