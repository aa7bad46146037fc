import { expect, test } from 'vitest'
import { defaultThresholds } from '../../../src/main/core/decision/thresholds.ts'
import {
  chooseReadings,
  firstReadingDelays,
  nextReadingDelay,
} from '../../../src/main/core/sampling/reading-times.ts'
import { type RiseReading, type RiseState, stepRise } from '../../../src/main/core/sampling/rise.ts'

const THETA = 150_000
const quiet = { cpuPages: 2000, diskPages: 500, networkPages: 200 }
const aReading = (second: number, change: Partial<RiseReading> = {}): RiseReading => ({
  atMs: second * 1000,
  dirty: 1000,
  forecast: 1000,
  estimate: 2700,
  features: quiet,
  theta: THETA,
  ...change,
})
const after = (readings: readonly RiseReading[], from?: RiseState) =>
  readings.reduce<RiseState | undefined>(
    (state, reading) => stepRise(state, reading, defaultThresholds),
    from,
  )
const seconds = (from: number, count: number, change: Partial<RiseReading> = {}) =>
  Array.from({ length: count }, (_, i) => aReading(from + i, change))

test('a VM far from theta whose figures are as usual is at rest', () => {
  expect(after(seconds(0, 300))?.rising).toBe(false)
})

test.for(['dirty', 'forecast', 'estimate'] as const)('its %s at a quarter of theta makes a VM rise', name => {
  expect(after([aReading(0, { [name]: THETA / 4 - 1 })])?.rising).toBe(false)
  expect(after([aReading(0, { [name]: THETA / 4 })])?.rising).toBe(true)
})

test('a VM that rises rests again only a tenth below', () => {
  const risen = after([aReading(0, { dirty: THETA / 4 })])
  expect(after([aReading(1, { dirty: 0.91 * (THETA / 4) })], risen)?.rising).toBe(true)
  expect(after([aReading(1, { dirty: 0.89 * (THETA / 4) })], risen)?.rising).toBe(false)
})

test.for([
  'cpuPages',
  'diskPages',
  'networkPages',
] as const)('%s half above their usual level make a VM rise', name => {
  const usual = { ...quiet, [name]: 4000 }
  const rested = after(seconds(0, 300, { features: usual }))
  expect(after([aReading(300, { features: { ...usual, [name]: 5900 } })], rested)?.rising).toBe(false)
  expect(after([aReading(300, { features: { ...usual, [name]: 6100 } })], rested)?.rising).toBe(true)
})

test('a feature that stands for less than a fiftieth of theta makes nothing rise, however it grows', () => {
  const rested = after(seconds(0, 300))
  const grown = { ...quiet, networkPages: THETA / 50 - 1 }
  expect(after([aReading(300, { features: grown })], rested)?.rising).toBe(false)
})

test('what lasts for minutes becomes the usual level', () => {
  const rested = after(seconds(0, 300))
  const busy = seconds(300, 300, { features: { ...quiet, cpuPages: 6000 } })
  expect(after(busy.slice(0, 30), rested)?.rising).toBe(true)
  expect(after(busy, rested)?.rising).toBe(false)
})

test('without any figure a VM rests', () => {
  const blind = { dirty: undefined, forecast: undefined, estimate: undefined, features: undefined }
  expect(after(seconds(0, 10, blind))?.rising).toBe(false)
})

test.for([
  1, 4, 40, 500,
])('the first readings of %s VMs of a host are spread and all begin within a minute', count => {
  const delays = firstReadingDelays('host', count, 60_000)
  expect(delays).toHaveLength(count)
  expect(delays[0]).toBe(0)
  for (const [rank, delay] of delays.entries()) {
    if (rank > 0) expect(delay).toBeGreaterThan(delays[rank - 1] ?? 0)
    expect(delay).toBeLessThan(60_000)
  }
})

test('hosts are out of step', () => {
  const second = (host: string) => firstReadingDelays(host, 10, 60_000)[1]
  expect(new Set(['a', 'b', 'c', 'd', 'e'].map(second)).size).toBe(5)
})

test('VMs that were read together drift apart, and none waits longer than its cadence', () => {
  const delays = Array.from({ length: 200 }, (_, i) => nextReadingDelay(`vm-${i}`, 1e12, 60_000))
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(54_000)
  expect(Math.max(...delays)).toBeLessThanOrEqual(60_000)
  expect(new Set(delays.map(Math.round)).size).toBeGreaterThan(150)
})

test('of those due the longest due are read first, as many as have a place', () => {
  const waiting = [30, 10, 20, 99].map(dueMs => ({ vmId: `due ${dueMs}`, dueMs }))
  const chosen = (places: number) => chooseReadings(waiting, { nowMs: 50, places }).map(({ vmId }) => vmId)
  expect(chosen(2)).toEqual(['due 10', 'due 20'])
  expect(chosen(9)).toEqual(['due 10', 'due 20', 'due 30'])
  expect(chosen(0)).toEqual([])
  expect(chosen(-1)).toEqual([])
})
