import { expect, test } from 'vitest'
import {
  pageDirtyRate,
  probeDowntimeMs,
  probeDowntimePrintedMs,
  vmSize,
  workingSetSize,
} from '../../src/main/core/stop-model/printed-features.ts'
import {
  featuresOf,
  fourteenFeatures,
  twentyFeatures,
} from '../../src/main/core/stop-model/round-features.ts'

test('equation 1: 1,024 MiB in all with 40 KiB remaining', () => {
  expect(vmSize(1024, 40)).toBe(1_048_536)
})

test('equation 2 is a share of memory per second: 26,214.4 pages/s of 1 GiB are a tenth', () => {
  expect(pageDirtyRate(26_214.4, 1)).toBeCloseTo(0.1, 12)
})

test('equation 3 is a throughput: 100 MiB less 400 KiB in 2 s', () => {
  expect(workingSetSize(100, 400, 2)).toBe(51_000)
})

test("equation 4: the paper's ten lost probes at 0.5 ms are 5 ms; at one probe a second they are ten seconds", () => {
  expect(probeDowntimePrintedMs(10, 0.5)).toBe(5)
  expect(probeDowntimeMs(10, 1000)).toBe(10_000)
})

test('the features of a migration after two rounds', () => {
  const round = {
    index: 1,
    sentPages: 262_144,
    dirtiedPages: 25_600,
    ms: 10_000,
    bandwidthBytesPerSecond: 100e6,
  }
  const features = featuresOf({
    memoryPages: 262_144,
    rounds: [round, { ...round, index: 2, sentPages: 25_600, dirtiedPages: 2560, ms: 1000 }],
  })
  expect(features.vm_size).toBe(1024 * 1024 - 10_240)
  expect(features.page_dirty_rate).toBeCloseTo((2560 * 4096) / 2 ** 30, 12)
  expect(features.working_set_size).toBeCloseTo((1124 * 1024 - 10_240) / 11, 6)
  expect(features.bandwidth).toBe(100e6)
  expect(features['ms to send what is left']).toBeCloseTo(104.8576, 6)
  expect(features['dirty ratio']).toBeCloseTo(0.1048576, 9)
  expect(features.growth).toBeCloseTo(0.1, 12)
  expect(features['pages sent again']).toBe(25_600)
})

test('the sets hold 4, 14 and 20 names, each once', () => {
  expect(new Set(fourteenFeatures).size).toBe(14)
  expect(new Set(twentyFeatures).size).toBe(20)
})
