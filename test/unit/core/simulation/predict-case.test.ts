import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FULL_CAPABILITIES } from '../../../../src/main/core/simulation/case-capabilities.ts'
import { policyOf } from '../../../../src/main/core/simulation/case-policy.ts'
import { predictCase } from '../../../../src/main/core/simulation/predict-case.ts'
import { simulateCase } from '../../../../src/main/core/simulation/simulate-case.ts'
import { shareAtLeast, valueAt } from '../../../../src/main/core/simulation/spread.ts'
import { simulationCase } from '../../../../src/shared/model/simulation-case.ts'

const MIB = 2 ** 20

/** 64 MiB (16,384 pages) over 100 MB/s: 0.04096 ms a page. */
const orderOf = (changes: object) => {
  const given = simulationCase.parse({
    memoryBytes: 64 * MIB,
    policy: { name: 'pre-copy-xen' },
    link: { bandwidthBytesPerSecond: 100e6, latencyMs: 0.5 },
    workload: { kind: 'uniform', workingSetPages: 4096, writesPerSecond: 2000 },
    warmupSeconds: 60,
    ...changes,
  })
  const chosen = policyOf(given.policy)
  if (chosen.kind === 'faults') throw new Error(JSON.stringify(chosen.faults))
  const { policy, thresholds } = chosen
  return { given, policy, thresholds, capabilities: FULL_CAPABILITIES }
}
const predicted = (changes: object = {}) => predictCase(orderOf(changes))

test('an idle guest: one pass of 671.09 ms, then 200 pages of the suspend in a pause of 115 + 8.192 + 115.5 ms', () => {
  const outcome = predicted({ workload: { kind: 'idle' } })
  expect(outcome.downtimeMs.p50).toBeCloseTo(115 + 200 * 0.04096 + 115.5, 6)
  expect(outcome.totalMs.p50).toBeCloseTo(16_384 * 0.04096 + outcome.downtimeMs.p50, 6)
  expect(outcome.bytesSent.p50).toBeCloseTo((16_384 + 200) * 4096, 3)
  expect(outcome.converges).toBe(true)
  expect(outcome.slaViolationProbability).toBe(1)
})

test('one round only: the pause copies N (1 - exp(-w T / N)) pages and what the suspend dirties of the others', () => {
  const policy = { name: 'pre-copy-xen', maxRounds: 1 }
  const dirty = 4096 * (1 - Math.exp((-2000 * 16_384 * 0.04096) / 1000 / 4096))
  const missing = dirty + 200 * (1 - dirty / 16_384)
  const outcome = predicted({ policy })
  expect(outcome.downtimeMs.p50).toBeCloseTo(230.5 + missing * 0.04096, 2)
  expect(outcome.converges).toBe(false)
})

test('a dirty curve says itself what a round dirties: 100 + (10 * 0.67109 - 1) * 50 pages', () => {
  const workload = { kind: 'dirty-curve', umPages: 100, unPages: [50], mwwsPages: 5000 }
  const missing = 100 + (6.7108864 - 1) * 50
  const outcome = predicted({ workload, policy: { name: 'pre-copy-xen', maxRounds: 1 } })
  expect(outcome.downtimeMs.p50).toBeCloseTo(230.5 + (missing + 200 * (1 - missing / 16_384)) * 0.04096, 0)
})

test('a steady link and a guest that writes nothing have no spread, a varying link has one', () => {
  const still = { workload: { kind: 'idle' } }
  const link = { bandwidthBytesPerSecond: 100e6, latencyMs: 0.5, variation: 0.5 }
  expect(predicted(still).totalMs.p10).toBe(predicted(still).totalMs.p90)
  const varying = predicted({ ...still, link }).totalMs
  expect(varying.p90 - varying.p10).toBeGreaterThan(0.1 * varying.p50)
})

test('it says what the page by page simulation does, for each kind of workload, within 3 %', () => {
  const workloads = [
    { kind: 'uniform', workingSetPages: 8000, writesPerSecond: 6000 },
    { kind: 'hot-set', workingSetPages: 8000, writesPerSecond: 9000 },
    { kind: 'zipf', workingSetPages: 8000, writesPerSecond: 9000 },
    { kind: 'sequential', workingSetPages: 8000, writesPerSecond: 6000 },
    { kind: 'dirty-curve', umPages: 300, unPages: [250, 200], mwwsPages: 4000 },
  ]
  for (const workload of workloads) {
    const order = orderOf({ workload })
    const [expected, told] = [predictCase(order), simulateCase(order)]
    expect(expected.totalMs.p50 / told.totalMs, workload.kind).toBeCloseTo(1, 1.5)
    expect(expected.downtimeMs.p50 / told.downtimeMs, workload.kind).toBeCloseTo(1, 1.5)
    expect(expected.bytesSent.p50 / told.bytesSent, workload.kind).toBeCloseTo(1, 1.5)
  }
})

test('a profile and a checkpoint go ahead as in the simulation', () => {
  const sizes = { profileBytes: 16 * MIB, nasBytesPerSecond: 50e6 }
  for (const checkpointBytes of [undefined, 20 * MIB, 40 * MIB]) {
    const images = checkpointBytes === undefined ? sizes : { ...sizes, checkpointBytes }
    const order = orderOf({ policy: { name: 's3' }, ...images })
    const [expected, told] = [predictCase(order), simulateCase(order)]
    expect(expected.totalMs.p50 / told.totalMs).toBeCloseTo(1, 1.5)
    expect(expected.bytesSent.p50 / told.bytesSent).toBeCloseTo(1, 1.5)
  }
})

test('pages of 64 KiB: as many bytes and as much time as the simulation tells', () => {
  const workload = { kind: 'uniform', workingSetPages: 300, writesPerSecond: 400 }
  const order = orderOf({ pageBytes: 65_536, workload })
  const [expected, told] = [predictCase(order), simulateCase(order)]
  expect(expected.totalMs.p50 / told.totalMs).toBeCloseTo(1, 1)
  expect(expected.bytesSent.p50 / told.bytesSent).toBeCloseTo(1, 1)
})

test("rounds that QEMU's rule ends converge however many they were", () => {
  const policy = { name: 'pre-copy-qemu' }
  const workload = { kind: 'uniform', workingSetPages: 16_000, writesPerSecond: 1e6 }
  const endless = { policy, workload, maxLiveSeconds: 20 }
  expect(predicted(endless).converges).toBe(false)
  expect(predicted({ ...endless, maxLiveSeconds: 120, workloadEndsAtSeconds: 60 }).converges).toBe(true)
})

const workload = fc.record({
  kind: fc.constant('uniform'),
  workingSetPages: fc.integer({ min: 1, max: 8000 }),
  writesPerSecond: fc.integer({ min: 0, max: 30_000 }),
})
const link = fc.record({
  bandwidthBytesPerSecond: fc.integer({ min: 5e6, max: 1e9 }),
  latencyMs: fc.integer({ min: 0, max: 50 }),
  variation: fc.constantFrom(0, 0.3),
})
const policy = fc.constantFrom('pre-copy-xen', 's1', 's2', 's3').map(name => ({ name }))

test('quantiles are in order, finite, and cover every figure', () => {
  fc.assert(
    fc.property(fc.record({ workload, link, policy }), changes => {
      const { converges, slaViolationProbability, ...figures } = predicted(changes)
      expect(typeof converges).toBe('boolean')
      expect(slaViolationProbability).toBeGreaterThanOrEqual(0)
      expect(slaViolationProbability).toBeLessThanOrEqual(1)
      for (const { p10, p50, p90 } of Object.values(figures)) {
        expect(p10).toBeGreaterThan(0)
        expect(p10).toBeLessThanOrEqual(p50)
        expect(p50).toBeLessThanOrEqual(p90)
        expect(Number.isFinite(p90)).toBe(true)
      }
    }),
    { numRuns: 60, seed: 7 },
  )
})

test('more memory takes longer and more bandwidth takes less time, with a fixed number of rounds', () => {
  const rule = { name: 'pre-copy-xen', maxRounds: 3, minDirtyPages: 0 }
  fc.assert(
    fc.property(workload, fc.integer({ min: 1, max: 4 }), (each, factor) => {
      const of = (memory: number, bandwidth: number) =>
        predicted({
          workload: each,
          policy: rule,
          memoryBytes: memory * MIB,
          link: { bandwidthBytesPerSecond: bandwidth, latencyMs: 1 },
        }).totalMs.p50
      const least = of(64, 50e6)
      expect(of(64 * (1 + factor), 50e6)).toBeGreaterThan(least)
      expect(of(64, 50e6 * (1 + factor))).toBeLessThan(least)
    }),
    { numRuns: 30, seed: 7 },
  )
})

test('of 10, 20, 30 half lies below 20, a sixth below 10, and 15 is passed by two thirds', () => {
  expect(valueAt([10, 20, 30], 0.5)).toBe(20)
  expect(valueAt([10, 20, 30], 1 / 6)).toBeCloseTo(10)
  expect(shareAtLeast([10, 20, 30], 15)).toBeCloseTo(2 / 3)
  expect(shareAtLeast([10, 20, 30], 10)).toBe(1)
  expect(shareAtLeast([10, 20, 30], 31)).toBe(0)
})
