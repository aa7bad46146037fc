import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foreseeRounds, isStalled } from '../../../src/main/core/migration/foresee-rounds.ts'
import { predictRecording } from '../../../src/main/core/migration/predict-recording.ts'
import { qemuRunsOf, roundsOf } from '../../../src/main/core/migration/qemu-polls.ts'
import { fitRoundCurve, pagesWithin } from '../../../src/main/core/migration/round-curve.ts'

/** 10 pages/ms that are new, and 20,000 that are written about once a second. */
const known = { linearPerMs: 10, hotPages: 20_000, ratePerMs: 1e-3 }
const windows = [24_000, 8000, 3400, 1400, 600, 400]
const readings = windows.map(ms => ({ ms, pages: pagesWithin(known, ms) }))

test('pages within a second: 10 x 1000 + 20,000 (1 - 1/e)', () => {
  expect(pagesWithin(known, 1000)).toBeCloseTo(10_000 + 20_000 * (1 - Math.exp(-1)), 6)
})

test('one round tells no curve; two tell both its parts where hot pages are written at the usual rate', () => {
  expect(fitRoundCurve(readings.slice(0, 1))).toBeNull()
  const curve = fitRoundCurve(readings.slice(0, 2))
  expect(curve?.linearPerMs).toBeCloseTo(10, 3)
  expect(curve?.hotPages).toBeCloseTo(20_000, -1)
})

test('shorter rounds tell what longer ones could not: that hot pages are written six times a second', () => {
  const fast = windows.map(ms => ({ ms, pages: pagesWithin({ ...known, ratePerMs: 6e-3 }, ms) }))
  const rateBy = (count: number) => fitRoundCurve(fast.slice(0, count))?.ratePerMs ?? 0
  expect(rateBy(2)).toBeCloseTo(1e-3, 6)
  expect(rateBy(6)).toBeGreaterThan(2e-3)
})

test('a fitted curve never falls and starts at nothing', () => {
  const reading = fc.record({
    ms: fc.integer({ min: 1, max: 60_000 }),
    pages: fc.integer({ min: 0, max: 1e6 }),
  })
  fc.assert(
    fc.property(fc.array(reading, { minLength: 2, maxLength: 12 }), given => {
      const curve = fitRoundCurve(given)
      if (curve === null) return
      expect(pagesWithin(curve, 0)).toBe(0)
      for (const ms of [1, 10, 100, 1000, 10_000])
        expect(pagesWithin(curve, ms * 2)).toBeGreaterThanOrEqual(pagesWithin(curve, ms))
    }),
    { seed: 11 },
  )
})

const standing = {
  afterRound: 2,
  elapsedMs: 10_000,
  remainingPages: 10_000,
  pagesPerMs: 10,
  memoryPages: 1_000_000,
  curve: { linearPerMs: 1, hotPages: 0, ratePerMs: 1e-3 },
  stalled: false,
  speed: 1,
  writesEndAtMs: Number.POSITIVE_INFINITY,
}

test('rounds to the last page: 1000, 100 and 10 ms leave 1000, 100 and 10 pages', () => {
  const limits = { epsilonPages: 50, maxRounds: Number.POSITIVE_INFINITY }
  const foreseen = foreseeRounds(standing, limits, null)
  expect(foreseen).toMatchObject({ rounds: 5, converges: true })
  expect(foreseen.preCopyMs).toBeCloseTo(11_110, 6)
  expect(foreseen.pagesSent).toBeCloseTo(11_100, 6)
  expect(foreseen.leftPages).toBeCloseTo(10, 6)
})

test('with a downtime limit of 300 ms a round ends with 3000 pages unsent and is read in windows of 100 ms', () => {
  // 10,000 pages: 700 ms send 7000 and dirty 700, 3700 left; 100 ms send 1000 and dirty 100: 2800 fit the limit.
  const limits = { epsilonPages: 1, maxRounds: Number.POSITIVE_INFINITY, finishWithinMs: 300 }
  const foreseen = foreseeRounds(standing, limits, null)
  expect(foreseen.preCopyMs).toBeCloseTo(10_800, 6)
  expect(foreseen.leftPages).toBeCloseTo(2800, 6)
})

test('a guest that writes faster than the link ends only when its load does, unless it is slowed down', () => {
  const limits = { epsilonPages: 1, maxRounds: Number.POSITIVE_INFINITY, finishWithinMs: 300 }
  const fast = {
    ...standing,
    curve: { linearPerMs: 12, hotPages: 0, ratePerMs: 1e-3 },
    writesEndAtMs: 60_000,
  }
  const endless = foreseeRounds(fast, limits, null)
  expect(endless.converges).toBe(false)
  expect(endless.preCopyMs).toBeGreaterThan(60_000)
  const rule = { trigger: 0.5, initial: 0.2, increment: 0.1, most: 0.99 }
  const slowed = foreseeRounds(fast, limits, rule)
  expect(slowed.converges).toBe(true)
  expect(slowed.preCopyMs).toBeLessThan(60_000)
})

test('what is left falls no more: four rounds as high as the four before', () => {
  expect(isStalled([100, 90, 95, 105, 98, 97, 96, 101])).toBe(true)
  expect(isStalled([100, 90, 80, 70, 60, 50, 40, 30])).toBe(false)
  expect(isStalled([100, 100, 100])).toBe(false)
})

/** 4096 pages/s on the link (134.217728 Mbit/s); memory of 8192 pages. */
const columns =
  'scenario,run,status,total_time_ms,total,remaining,transferred,dirty_sync_count,dirty_pages_rate,mbps,cpu_throttle_pct,downtime_ms'
const poll = (ms: number, pages: number, syncs: number, rate: number, status = 'active') =>
  `web,1,${status},${ms},${8192 * 4096},${pages * 4096},1,${syncs},${rate},134.217728,,`
const recorded = [
  columns,
  'web,1,,,,,,,,,,',
  poll(1000, 4096, 1, 0),
  poll(2000, 1024, 2, 512),
  'web,1,active,2100,x,x,1,2,512,134.2,,',
  poll(2100, 614.4, 2, 512),
  poll(2200, 400, 3, 512),
  poll(2300, 0, 4, 0, 'completed'),
].join('\n')

test('rounds of a recording: the log was read when what was left fitted the downtime limit', () => {
  const [run] = qemuRunsOf(recorded)
  expect(run?.polls).toHaveLength(5)
  expect(run?.memoryPages).toBe(8192)
  const rounds = run === undefined ? [] : roundsOf(run, 100)
  expect(rounds).toHaveLength(2)
  // 4096 - 409.6 pages take 900 ms; 512 pages/s over 1900 ms.
  expect(rounds[0]?.endedAtMs).toBeCloseTo(1900, 6)
  expect(rounds[0]?.dirtiedPages).toBeCloseTo((512 * 1900) / 1000, 6)
  expect(rounds[0]?.leftPages).toBeCloseTo(1024 + 409.6, 6)
  // 614.4 - 409.6 pages take 50 ms.
  expect(rounds[1]?.endedAtMs).toBeCloseTo(2150, 6)
})

test('a run that does not tell the memory of its guest is left out', () => {
  expect(qemuRunsOf([columns, poll(1000, 4096, 1, 0).replace(`${8192 * 4096}`, 'x')].join('\n'))).toEqual([])
})

test('a recording is predicted from its second round on, and a switch ends it when it was asked for', () => {
  const round = { ms: 1000, sentPages: 10_000, pagesPerMs: 10, throttle: 0 }
  const first = { ...round, endedAtMs: 1000, dirtiedPages: 12_000, leftPages: 15_000 }
  const second = { ...round, ms: 1300, endedAtMs: 2300, dirtiedPages: 15_500, leftPages: 18_500 }
  const rule = {
    downtimeLimitMs: 300,
    throttle: null,
    switchAtMs: 5000,
    writesEndAtMs: Number.POSITIVE_INFINITY,
    memoryPages: 1e6,
  }
  expect(predictRecording([first], rule)).toBeNull()
  const told = predictRecording([first, second], rule)
  expect(told?.converges).toBe(false)
  expect(told?.totalMs).toBeGreaterThan(5000)
})
