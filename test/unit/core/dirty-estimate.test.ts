import { expect, test } from 'vitest'
import {
  coefficientOf,
  FLEET_LEAST_VMS,
  fleetCoefficient,
  learnCoefficient,
  observedCoefficient,
  PRIOR_PAGES_PER_BUSY_VCPU,
} from '../../../src/main/core/estimate/cpu-coefficient.ts'
import { type EstimateFeatures, estimateDirtyPages } from '../../../src/main/core/estimate/dirty-estimate.ts'
import { RunningError, relativeError } from '../../../src/main/core/estimate/estimate-error.ts'

const features = (change: Partial<EstimateFeatures> = {}): EstimateFeatures => ({
  cpuRatio: 0.5,
  vcpuCount: 4,
  diskReadBytesPerSecond: 40_960,
  networkReceiveBytesPerSecond: 8192,
  memoryBytes: 4096 * 100_000,
  memoryRatio: 0.5,
  ...change,
})

test('an estimate is what devices write, by the page, and what busy vCPUs write', () => {
  // 10 pages from disk, 2 from the network, 2 busy vCPUs of 1,000 each.
  expect(estimateDirtyPages(features(), 1000)).toBe(2012)
})

test('a guest dirties no more pages in a second than it uses', () => {
  expect(estimateDirtyPages(features({ diskReadBytesPerSecond: 1e12 }), 1000)).toBe(50_000)
  expect(estimateDirtyPages(features({ diskReadBytesPerSecond: 1e12, memoryRatio: undefined }), 1000)).toBe(
    100_000,
  )
})

test('without a CPU use there is no estimate; without device figures it is the CPU alone', () => {
  expect(estimateDirtyPages(features({ cpuRatio: undefined }), 1000)).toBeUndefined()
  const blind = features({ diskReadBytesPerSecond: undefined, networkReceiveBytesPerSecond: undefined })
  expect(estimateDirtyPages(blind, 1000)).toBe(2000)
})

test('a reading tells the coefficient by what devices do not explain, and nothing of an idle VM', () => {
  expect(observedCoefficient(features(), 2012)).toBe(1000)
  expect(observedCoefficient(features(), 5)).toBe(0)
  expect(observedCoefficient(features({ cpuRatio: 0.01 }), 2012)).toBeUndefined()
})

test('the first observation is taken whole, and later ones move what is known by a tenth at last', () => {
  const once = learnCoefficient(undefined, 1000)
  expect(coefficientOf(once)).toBeCloseTo(1000, 6)
  let learnt = once
  for (let i = 0; i < 50; i++) learnt = learnCoefficient(learnt, 1000)
  const moved = learnCoefficient(learnt, 8000)
  expect(moved.logMean - learnt.logMean).toBeCloseTo(0.1 * (Math.log1p(8000) - Math.log1p(1000)), 9)
})

test('the prior holds until five VMs have shown themselves; then their median does', () => {
  const of = (...values: readonly number[]) => values.map(value => learnCoefficient(undefined, value))
  expect(fleetCoefficient(of(1, 2, 3, 4))).toEqual({
    pagesPerBusyVcpu: PRIOR_PAGES_PER_BUSY_VCPU,
    source: 'prior',
  })
  expect(FLEET_LEAST_VMS).toBe(5)
  const fleet = fleetCoefficient(of(100, 9000, 300, 200, 400))
  expect(fleet.source).toBe('fleet')
  expect(fleet.pagesPerBusyVcpu).toBeCloseTo(300, 6)
  expect(fleetCoefficient(of(1, 2, 3, 4, 5, 6)).pagesPerBusyVcpu).toBeCloseTo(3.5, 6)
})

test('an error is stated against what was measured, and against 100 pages for an idle VM', () => {
  expect(relativeError(1500, 1000)).toBe(0.5)
  expect(relativeError(50, 0)).toBe(0.5)
})

test('the running error is the median of the newest comparisons, once there are eight', () => {
  const errors = new RunningError()
  for (let i = 0; i < 7; i++) errors.add(2000, 1000)
  expect(errors.ratio).toBeUndefined()
  errors.add(2000, 1000)
  expect(errors.ratio).toBe(1)
  for (let i = 0; i < 512; i++) errors.add(1100, 1000)
  expect(errors.ratio).toBeCloseTo(0.1, 9)
  expect(errors.count).toBe(520)
})
