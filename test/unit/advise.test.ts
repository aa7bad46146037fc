import { expect, test } from 'vitest'
import { type AdviceFacts, advise } from '../../src/main/core/decision/advise.ts'
import { defaultThresholds } from '../../src/main/core/decision/thresholds.ts'
import { predictRange } from '../../src/main/core/migration/predict-range.ts'
import { workingSetOf } from '../../src/main/core/working-set/working-set.ts'
import {
  adviceTitle,
  byItselfWords,
  hasSpread,
  modeWords,
  outcomeRows,
} from '../../src/renderer/features/vm/advice-words.ts'
import { inputTime, momentOfInput, whyNotThen } from '../../src/renderer/features/vm/schedule-time.ts'
import { NO_CAPABILITIES } from '../../src/shared/model/capabilities.ts'
import type { Forecast } from '../../src/shared/model/forecast.ts'
import { GIB } from '../../src/shared/units.ts'

/** 1 GiB/s: 262,144 pages/s; theta is half of it. */
const LINK = GIB
const THETA = 131_072

const forecastOf = (...points: readonly (readonly [seconds: number, pages: number])[]): Forecast => ({
  vmId: 'vm-1',
  atMs: 1_000_000,
  points: points.map(([seconds, dirtyPagesPerSecond]) => ({
    aheadMs: seconds * 1000,
    dirtyPagesPerSecond,
    cpuRatio: 0.5,
  })),
})

const someFacts = (over: Partial<AdviceFacts> = {}): AdviceFacts => ({
  vmId: 'vm-1',
  atMs: 1_000_000,
  memoryPages: (8 * GIB) / 4096,
  dirty: { origin: 'measured', value: 26_214.4, ageMs: 0 },
  forecast: undefined,
  thetaPagesPerSecond: THETA,
  linkBytesPerSecond: LINK,
  capabilities: { ...NO_CAPABILITIES, rounds: true, stopAndCopy: true, postCopy: true },
  policy: 's1',
  thresholds: defaultThresholds,
  workingSet: null,
  choice: {
    hostId: 'host-3',
    alternatives: [{ name: 'host-3', chosen: true, because: 'least load index, 1.20' }],
    remedy: null,
  },
  destination: { hostId: 'host-3', name: 'host-3' },
  obstacle: null,
  restraint: null,
  ...over,
})

test('a calm VM stays, with what a move now would cost', () => {
  const advice = advise(someFacts())
  expect(advice).toMatchObject({ action: 'stay', mode: 'pre-copy', startAtMs: null })
  // A tenth dirtied in each round: 8 + 0.8 + 0.08 + 0.008 + 0.0008 s, then a pause of 50 ms and 21 pages.
  expect(advice.outcome?.totalMs.value).toBeCloseTo(8938.88, 1)
  expect(adviceTitle(advice)).toBe('Leave it where it is')
  expect(modeWords(advice)).toBe('If it moved now, to host-3: pre-copy')
})

test('a VM above theta is to be migrated now, by hybrid', () => {
  const advice = advise(someFacts({ dirty: { origin: 'measured', value: 200_000, ageMs: 0 } }))
  expect(advice).toMatchObject({ action: 'migrate', mode: 'hybrid', startAtMs: null })
  expect(adviceTitle(advice)).toBe('Migrate to host-3 now')
  expect(advice.reasons.at(-1)).toBe('host-3: least load index, 1.20.')
  expect(advice.outcome?.downtimeMs.value).toBe(50)
})

test('a move that would be over before the peak is to begin now', () => {
  const advice = advise(someFacts({ forecast: forecastOf([1, 26_000], [60, 200_000]) }))
  expect(advice).toMatchObject({ action: 'migrate', mode: 'pre-copy', startAtMs: null })
  expect(advice.reasons).toContain('Begun now it is over 51.1 s before the peak.')
})

test('a move that could not be over before the peak waits for the trigger, and is hybrid then', () => {
  const advice = advise(someFacts({ forecast: forecastOf([1, 26_000], [5, 200_000]) }))
  expect(advice).toMatchObject({ action: 'migrate', mode: 'hybrid', startAtMs: 1_005_000 })
  expect(adviceTitle(advice)).toMatch(/^Migrate to host-3 at \d\d:\d\d:\d\d$/)
})

test('a host without post-copy copies the rest in the pause, and the advice says so', () => {
  const capabilities = { ...NO_CAPABILITIES, rounds: true, stopAndCopy: true }
  const dirty = { origin: 'measured', value: 200_000, ageMs: 0 } as const
  const advice = advise(someFacts({ capabilities, dirty }))
  expect(advice.mode).toBe('pre-copy')
  expect(advice.outcome?.downtimeMs.value).toBeGreaterThan(5000)
  expect(advice.reasons.join(' ')).toContain('no post-copy')
})

test('a host that tells no rounds follows the rule of Xen', () => {
  expect(advise(someFacts({ capabilities: NO_CAPABILITIES, policy: 'pre-copy-xen' })).mode).toBe('xen')
})

test('what stands in the way is the advice', () => {
  const advice = advise(someFacts({ obstacle: 'It uses a disk of its host.' }))
  expect(advice.action).toBe('blocked')
  expect(adviceTitle(advice)).toBe('Not now: It uses a disk of its host.')
  expect(byItselfWords(advice)).toBe('Longshore does not move it by itself now.')
  const remedy = 'Free memory on host-2.'
  const full = advise(someFacts({ choice: { hostId: null, alternatives: [], remedy }, destination: null }))
  expect(full.obstacle).toBe('No host can take it.')
  expect(full.reasons).toContain(remedy)
})

test('without a dirty rate there is no advice and no prediction', () => {
  const advice = advise(someFacts({ dirty: { origin: 'unavailable' } }))
  expect(advice).toMatchObject({ action: 'unknown', outcome: null })
  expect(outcomeRows(advice)).toEqual([])
})

test('a measured rate has no spread; an estimate has that of its error', () => {
  expect(hasSpread(advise(someFacts()))).toBe(false)
  const estimated = advise(
    someFacts({ dirty: { origin: 'estimated', value: 26_214.4, ageMs: 0, errorRatio: 0.5 } }),
  )
  expect(hasSpread(estimated)).toBe(true)
  // At a twentieth: 8.421 s; at three twentieths: 9.4 s.
  expect(outcomeRows(estimated)[0]).toEqual(['total', '8.94 s (8.47 s to 9.46 s)'])
})

test('a forecast that rests on an estimate has the spread of its error too', () => {
  const dirty = { origin: 'estimated', value: 10_000, ageMs: 0, errorRatio: 0.5 } as const
  const { outcome } = advise(someFacts({ dirty, forecast: forecastOf([5, 26_214.4]) }))
  expect(outcome?.totalMs.low).toBeCloseTo(8471, 0)
  expect(outcome?.totalMs.value).toBeCloseTo(8939, 0)
})

test('quantiles of the forecast are the spread of what is predicted', () => {
  const [point] = forecastOf([5, 52_428.8]).points
  if (!point) throw new Error('a point was made')
  const forecast: Forecast = {
    vmId: 'vm-1',
    atMs: 1_000_000,
    points: [{ ...point, dirtyQuantiles: { p10: 26_214.4, p50: 52_428.8, p90: 104_857.6 } }],
  }
  const { outcome } = advise(someFacts({ forecast }))
  expect(outcome?.totalMs.low).toBeLessThan(outcome?.totalMs.value ?? 0)
  expect(outcome?.totalMs.high).toBeGreaterThan(outcome?.totalMs.value ?? 0)
})

test('where a switch lies within the spread the range holds all three outcomes', () => {
  const standing = {
    afterRound: 0,
    elapsedMs: 0,
    bytesSent: 0,
    remainingPages: 262_144,
    bandwidthBytesPerSecond: LINK,
  }
  const limits = { epsilonPages: 50, maxRounds: 5, switchTheta: 0.7, postCopy: false }
  const { downtimeMs } = predictRange(standing, limits, {
    likely: { dirtyRatio: 0.65 },
    low: { dirtyRatio: 0.6 },
    high: { dirtyRatio: 0.75 },
  })
  expect(downtimeMs.low).toBeLessThan(downtimeMs.value)
  // Above theta it stops after one round: 0.75 s are copied in the pause.
  expect(downtimeMs.high).toBeCloseTo(800, 0)
})

const window = (windowMs: number, pages: number) => ({ windowMs, pages, atMs: 0, source: 'window' as const })

test('a VM that rewrites the same pages is sent sooner than its rate of 1 s says', () => {
  // 26,214 pages in each window: the first pass of 8 s leaves 26,214 pages, not 209,715.
  const windows = [window(100, 26_214), window(1000, 26_214), window(5000, 26_214)]
  const workingSet = workingSetOf({ vmId: 'vm-1', memoryPages: (8 * GIB) / 4096 }, windows)
  const advice = advise(someFacts({ workingSet, capabilities: NO_CAPABILITIES, policy: 'pre-copy-xen' }))
  // Then four rounds of 26,214 pages, 0.1 s each, the last in the pause.
  expect(advice.outcome?.totalMs.value).toBeCloseTo(8000 + 4 * 100 + 50, -1)
  expect(advice.reasons).toContain('What its rounds dirty is told by its working set.')
})

test('a working set of another load is not believed', () => {
  const windows = [window(100, 100), window(1000, 900), window(5000, 4000)]
  const workingSet = workingSetOf({ vmId: 'vm-1', memoryPages: (8 * GIB) / 4096 }, windows)
  const advice = advise(someFacts({ workingSet }))
  expect(advice.outcome).toEqual(advise(someFacts()).outcome)
  expect(advice.reasons.join(' ')).toContain('No working set of this dirty rate is known')
})

test('a time to begin is read as it is written, and must lie ahead', () => {
  const atMs = new Date(2026, 10, 20, 13, 42, 7).getTime()
  expect(inputTime(atMs)).toBe('2026-11-20T13:42:07')
  expect(momentOfInput(inputTime(atMs))).toBe(atMs)
  expect(momentOfInput('')).toBeNull()
  expect(whyNotThen(null, atMs)).toBe('Enter a date and a time.')
  expect(whyNotThen(atMs, atMs + 1)).toBe('That time has passed in the pool.')
  expect(whyNotThen(atMs, atMs - 1)).toBeNull()
})
