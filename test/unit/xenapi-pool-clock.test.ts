import { expect, test } from 'vitest'
import { PoolClock, parseXenTime } from '../../src/main/adapters/xenapi/pool-clock.ts'
import type { Clock } from '../../src/main/ports/clock.ts'

const aClock = (): Clock & { ms: number } => ({
  ms: 0,
  now() {
    return this.ms
  },
  every: () => () => undefined,
  wait: async () => undefined,
})

test.for([
  ['20261120T20:00:00Z', Date.UTC(2026, 10, 20, 20)],
  ['2026-11-20T20:00:00Z', Date.UTC(2026, 10, 20, 20)],
  ['yesterday', undefined],
  [5, undefined],
] as const)('the time %s is read', ([text, expected]) => {
  expect(parseXenTime(text)).toBe(expected)
})

test('a clock that was never told is ours', () => {
  const clock = aClock()
  clock.ms = 5000
  expect(new PoolClock(clock).now()).toBe(5000)
})

test('answers in whole seconds, asked at different moments, find the offset to within a tenth of a second', () => {
  const clock = aClock()
  const pool = new PoolClock(clock)
  const offset = 123_456
  for (let local = 0; local < 20_000; local += 950) {
    clock.ms = local
    pool.observe(Math.floor((local + offset) / 1000) * 1000, { beforeMs: local, afterMs: local })
  }
  clock.ms = 30_000
  expect(Math.abs(pool.now() - (30_000 + offset))).toBeLessThan(100)
})

test('a slow answer bounds the offset less, never wrongly', () => {
  const clock = aClock()
  const pool = new PoolClock(clock)
  pool.observe(10_000, { beforeMs: 0, afterMs: 4000 })
  clock.ms = 4000
  // Pool time at 4000 is within [10000, 15000].
  expect(pool.now()).toBe(12_500)
})

test('time passes by the scale, without a jump when the scale changes', () => {
  const clock = aClock()
  const pool = new PoolClock(clock)
  pool.observe(100_000, { beforeMs: 0, afterMs: 0 })
  const start = pool.now()
  pool.setScale(60)
  expect(pool.needsObservation).toBe(true)
  clock.ms = 1000
  expect(pool.now() - start).toBe(60_000)
  pool.setScale(1)
  clock.ms = 2000
  expect(pool.now() - start).toBe(61_000)
})

test('better knowledge never lets time run backwards, a clock that was set does', () => {
  const clock = aClock()
  const pool = new PoolClock(clock)
  pool.observe(500_000, { beforeMs: 0, afterMs: 0 })
  const first = pool.now()
  pool.observe(499_000, { beforeMs: 0, afterMs: 0 })
  expect(pool.now()).toBe(first)
  pool.observe(100_000, { beforeMs: 0, afterMs: 0 })
  expect(pool.now()).toBe(100_500)
})

test('questions asked as the second turns halve what is not known', () => {
  const clock = aClock()
  const pool = new PoolClock(clock)
  const ask = (): void =>
    pool.observe(Math.floor((clock.ms + 123_456) / 1000) * 1000, { beforeMs: clock.ms, afterMs: clock.ms })
  ask()
  expect(pool.uncertaintyMs).toBe(1000)
  for (const expected of [500, 250, 125, 62.5]) {
    clock.ms += pool.msToNextSecond()
    ask()
    expect(pool.uncertaintyMs).toBe(expected)
  }
  expect(Math.abs(pool.now() - (clock.ms + 123_456))).toBeLessThan(32)
})
