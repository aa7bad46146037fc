import { expect, test } from 'vitest'
import {
  clusteredTransferMs,
  clusterObjective,
  enhancedBandwidth,
  givesWay,
  roundSizes,
  slaViolationProbability,
  startsBy,
  transferMs,
} from '../../../src/main/core/migration/s1-formulas.ts'

test.each([
  ['at theta', { dirtyRatio: 0.7, round: 1 }, true],
  ['below theta and at N_max', { dirtyRatio: 0.69, round: 5 }, false],
  ['beyond N_max', { dirtyRatio: 0, round: 6 }, true],
] as const)('eq 2 and 12: %s', (_, at, gives) => {
  expect(givesWay(at, { theta: 0.7, maxRounds: 5 })).toBe(gives)
})

test('eq 3 and 15: 800 MB of which 200 MB hot, at 100 and 200 MB/s: 600/100 + 200/200 = 7 s', () => {
  const memory = { bytes: 800e6, clusterBytes: 200e6 }
  expect(clusteredTransferMs(memory, { bytesPerSecond: 100e6, enhancedBytesPerSecond: 200e6 })).toBe(7000)
})

test('B_enhanced is at most the link, and what it gains the others lose', () => {
  const link = { capacityBytesPerSecond: 1000, competingBytesPerSecond: 300 }
  expect(enhancedBandwidth(link, 0)).toEqual({ bytesPerSecond: 700, displacedBytesPerSecond: 0 })
  expect(enhancedBandwidth(link, 0.5)).toEqual({ bytesPerSecond: 850, displacedBytesPerSecond: 150 })
  expect(enhancedBandwidth(link, 1)).toEqual({ bytesPerSecond: 1000, displacedBytesPerSecond: 300 })
})

test.each([
  ['CPU at 80 %', { cpuRatio: 0.8, dirtyRatio: 0, pageFaultsPerSecond: 0 }, true],
  ['a dirty rate at theta', { cpuRatio: 0.1, dirtyRatio: 0.5, pageFaultsPerSecond: 0 }, true],
  ['many page faults', { cpuRatio: 0.1, dirtyRatio: 0, pageFaultsPerSecond: 200 }, true],
  ['none of them', { cpuRatio: 0.79, dirtyRatio: 0.49, pageFaultsPerSecond: 199 }, false],
  ['nothing known', { cpuRatio: null, dirtyRatio: null, pageFaultsPerSecond: null }, false],
] as const)('eq 4: %s', (_, vm, starts) => {
  expect(startsBy(vm, { cpuTrigger: 0.8, theta: 0.5, pageFaultsPerSecond: 200 })).toBe(starts)
})

test('eq 7 to 9: 1000 pages at a ratio of 0.25 leave 250, 62.5, 15.625: below epsilon of 20', () => {
  expect(roundSizes({ pages: 1000, dirtyRatio: 0.25 }, { epsilonPages: 20, maxRounds: 9 })).toEqual([
    1000, 250, 62.5, 15.625,
  ])
})

test('eq 9: at a ratio of 1 N_max ends it: M_0 to M_2, and as much is left', () => {
  expect(roundSizes({ pages: 1000, dirtyRatio: 1 }, { epsilonPages: 20, maxRounds: 2 })).toEqual([
    1000, 1000, 1000, 1000,
  ])
})

test('eq 10 and 11: (1000 + 250 + 62.5) bytes at 500 bytes/s take 2.625 s', () => {
  expect(transferMs([1000, 250, 62.5], 500)).toBe(2625)
})

test('eq 14: points 0 and 2 around 1, and (3, 4) around the origin: 1 + 1 + 25', () => {
  const points = [
    [0, 0],
    [2, 0],
    [3, 4],
  ]
  expect(
    clusterObjective(
      points,
      [0, 0, 1],
      [
        [1, 0],
        [0, 0],
      ],
    ),
  ).toBe(27)
})

test('eq 18: two of eight pauses reach 200 ms', () => {
  expect(slaViolationProbability([58, 95, 130, 199, 200, 510, 10, 20], 200)).toBe(0.25)
  expect(slaViolationProbability([], 200)).toBeNull()
})
