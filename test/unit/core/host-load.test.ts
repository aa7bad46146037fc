import { expect, test } from 'vitest'
import { type ForecastVm, forecastHostCpu } from '../../../src/main/core/placement/forecast-host-cpu.ts'
import { hostLoadIndex, loadIndex } from '../../../src/main/core/placement/load-index.ts'
import { overloadOf } from '../../../src/main/core/placement/overload.ts'

test.each([
  ['an idle host', [0, 0, 0, 0], 1],
  ['four resources at half', [0.5, 0.5, 0.5, 0.5], 16],
  ['CPU and memory at half, the rest unknown', [0.5, 0.5, null, null], 4],
  // 1 / (0.2 * 0.75 * 0.9) = 1 / 0.135
  ['CPU 80 %, memory 25 %, network 10 %', [0.8, 0.25, null, 0.1], 7.407_407],
  ['one resource used up', [0.1, 1, 0, 0], Number.POSITIVE_INFINITY],
  ['more than there is', [1.2, 0.5], Number.POSITIVE_INFINITY],
])('the load index of %s', (_, ratios, index) => {
  expect(loadIndex(ratios)).toBeCloseTo(index, 5)
})

test('a host without CPU or memory has no index, because it would only look idle', () => {
  expect(hostLoadIndex({ cpu: null, memory: 0.5, disk: null, network: 0.1 })).toBeNull()
  expect(hostLoadIndex({ cpu: 0.5, memory: null, disk: null, network: 0.1 })).toBeNull()
  expect(hostLoadIndex({ cpu: 0.5, memory: 0.5, disk: null, network: null })).toBe(4)
})

const aVm = (vcpuCount: number, cpuRatio: number | null, forecast: readonly number[] | null): ForecastVm => ({
  vcpuCount,
  cpuRatio,
  forecast:
    forecast === null
      ? undefined
      : {
          vmId: 'vm',
          atMs: 0,
          points: forecast.map((ratio, at) => ({
            aheadMs: [1000, 60_000][at] ?? 0,
            dirtyPagesPerSecond: 0,
            cpuRatio: ratio,
          })),
        },
})

test("a host's forecast is what its VMs add up to, and what they do not account for now stays", () => {
  // Now (0.5 * 4 + 0.25 * 8) / 16 = 0.25 of the measured 0.35: 0.1 is the control domain's.
  const points = forecastHostCpu(16, 0.35, [aVm(4, 0.5, [0.5, 1]), aVm(8, 0.25, [0.25, 0.5])])
  expect(points.map(point => point.aheadMs)).toEqual([1000, 60_000])
  expect(points[0]?.cpuRatio).toBeCloseTo(0.35)
  expect(points[1]?.cpuRatio).toBeCloseTo(0.6)
})

test('a host is not forecast where one of its VMs is not, and never beyond all of its CPU', () => {
  expect(forecastHostCpu(16, 0.3, [aVm(4, 0.5, [1]), aVm(4, 0.5, null)])).toEqual([])
  expect(forecastHostCpu(16, 0.3, [])).toEqual([])
  expect(forecastHostCpu(2, null, [aVm(4, null, [1])])).toEqual([{ aheadMs: 1000, cpuRatio: 1 }])
})

const points = [
  { aheadMs: 1000, cpuRatio: 0.7 },
  { aheadMs: 60_000, cpuRatio: 0.75 },
]
/** 100 errors, -0.10 to 0.098 in steps of 0.002. */
const errors = Array.from({ length: 100 }, (_, i) => -0.1 + i * 0.002)

test('a probability of overload is the share of past errors that would bring it about', () => {
  // From 0.7 only an error of 0.1 would do, from 0.75 those of 0.05 and more: 0.05 (or just below) to 0.098.
  const found = overloadOf(points, () => errors, 0.799)
  expect(found).toEqual({ probability: 0.25, aheadMs: 60_000, errors: 100 })
})

test('a host that is forecast over the limit by more than any error is overloaded for certain', () => {
  expect(overloadOf(points, () => errors, 0.6)).toEqual({ probability: 1, aheadMs: 1000, errors: 100 })
})

test('too few errors tell no probability', () => {
  expect(overloadOf(points, () => errors.slice(0, 29), 0.8)).toBeNull()
  const onlyNear = overloadOf(points, ahead => (ahead === 1000 ? errors : []), 0.8)
  expect(onlyNear?.aheadMs).toBe(1000)
})
