import { expect, test } from 'vitest'
import { meanActivity } from '../../../../src/main/core/simulation/activity.ts'
import { stormLevel, stormWorkload } from '../../../../src/main/core/simulation/storm-workload.ts'
import { type TraceRow, traceWorkload } from '../../../../src/main/core/simulation/trace-workload.ts'

const aRow = (overrides: Partial<TraceRow> = {}): TraceRow => ({
  cpuRatio: 0.2,
  memoryRatio: 0.4,
  diskReadKibPerSecond: 400,
  diskWriteKibPerSecond: 0,
  networkReceivedKibPerSecond: 0,
  networkSentKibPerSecond: 0,
  ...overrides,
})
const played = (rows: readonly TraceRow[], startRow = 0) =>
  traceWorkload({ rows, startRow, msPerRow: 10_000, vcpuCount: 4, seed: 3 })

test('a trace plays one row in ten seconds, linear between rows, within 5 % of what was recorded', () => {
  const workload = played([aRow({ cpuRatio: 0.2 }), aRow({ cpuRatio: 0.6 })])
  expect(workload(5000).cpuRatio).toBeGreaterThan(0.4 * 0.95)
  expect(workload(5000).cpuRatio).toBeLessThan(0.4 * 1.05)
  expect(workload(5000)).toEqual(workload(5000))
})

test('after the last row comes the first, also before the start', () => {
  const workload = played([aRow({ cpuRatio: 0 }), aRow({ cpuRatio: 0.5 })])
  expect(workload(20_000).cpuRatio).toBe(0)
  expect(workload(-10_000).cpuRatio).toBeGreaterThan(0.47)
})

test('recorded CPU use over 100 % is played as 1', () => {
  expect(played([aRow({ cpuRatio: 1.2 })])(0).cpuRatio).toBe(1)
})

test('dirty pages follow from busy vCPUs and from bytes read from disk', () => {
  const [hot = 0, warm = 0, cache = 0] = played([aRow()])(0).writesPerSecond
  expect(hot + warm).toBeGreaterThan(4 * 0.2 * 5000 * 0.95)
  expect(hot + warm).toBeLessThan(4 * 0.2 * 5000 * 1.05)
  expect(hot / (hot + warm)).toBeCloseTo(0.9, 9)
  expect(cache).toBeGreaterThan(100 * 0.95)
  expect(cache).toBeLessThan(100 * 1.05)
})

const storm = {
  firstMs: 40_000,
  everyMs: 360_000,
  rampMs: 25_000,
  lastsMs: 150_000,
  bulkPages: 1000,
  peakPagesPerSecond: 500,
  seed: 1,
}

test.each([
  [-1e6, 0],
  [40_000, 0],
  [52_500, 0.5],
  [65_000, 1],
  [190_000, 1],
  [202_500, 0.5],
  [215_000, 0],
  [412_500, 0.5],
])('at %d ms the storm has level %d', (ms, level) => {
  expect(stormLevel(storm, ms)).toBeCloseTo(level, 9)
})

test('at its height a storm makes as many writes as the wanted unique pages need', () => {
  const [, bulk = 0] = stormWorkload(storm)(100_000).writesPerSecond
  expect(bulk).toBeGreaterThan(1000 * Math.LN2 * 0.97)
  expect(bulk).toBeLessThan(1000 * Math.LN2 * 1.03)
})

test('the mean of a linear rise is its middle', () => {
  const rising = (ms: number) => ({ ...played([aRow()])(0), cpuRatio: ms / 10_000 })
  expect(meanActivity(rising, 5000, { ms: 5000, samples: 5 }).cpuRatio).toBeCloseTo(0.25, 9)
})
