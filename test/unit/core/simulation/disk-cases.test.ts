import { expect, test } from 'vitest'
import { FULL_CAPABILITIES } from '../../../../src/main/core/simulation/case-capabilities.ts'
import { caseMisfits } from '../../../../src/main/core/simulation/case-misfit.ts'
import { policyOf } from '../../../../src/main/core/simulation/case-policy.ts'
import { predictCase } from '../../../../src/main/core/simulation/predict-case.ts'
import { simulateCase } from '../../../../src/main/core/simulation/simulate-case.ts'
import { simulationCase } from '../../../../src/shared/model/simulation-case.ts'

const caseWith = (changes: object) =>
  simulationCase.parse({
    memoryBytes: 64 * 2 ** 20,
    policy: { name: 'pre-copy-qemu' },
    link: { bandwidthBytesPerSecond: 100e6, latencyMs: 0.5 },
    workload: { kind: 'idle' },
    ...changes,
  })

const orderOf = (changes: object) => {
  const given = caseWith(changes)
  const chosen = policyOf(given.policy)
  if (chosen.kind === 'faults') throw new Error(JSON.stringify(chosen.faults))
  const { policy, thresholds } = chosen
  return { given, policy, thresholds, capabilities: FULL_CAPABILITIES }
}

test('a disk takes its bytes over the link before memory, and changes nothing else', () => {
  const plain = simulateCase(orderOf({}))
  const told = simulateCase(orderOf({ disk: { bytes: 500e6 } }))
  expect((told.diskMs ?? 0) / 5000).toBeCloseTo(1, 2)
  expect(told.preCopyMs / plain.preCopyMs).toBeCloseTo(1, 2)
  expect(told.downtimeMs / plain.downtimeMs).toBeCloseTo(1, 1)
  expect(told.totalMs).toBeCloseTo((told.diskMs ?? 0) + plain.totalMs, -1)
  expect(told.bytesSent - plain.bytesSent).toBeCloseTo(500e6, -6)
  expect(plain).not.toHaveProperty('diskMs')
})

test('the time allowed for live rounds begins with them', () => {
  const told = simulateCase(orderOf({ disk: { bytes: 500e6 }, maxLiveSeconds: 2 }))
  expect(told.outcome).toBe('completed')
  expect(told.preCopyMs).toBeGreaterThan(300)
})

test('a prediction counts the disk and what is mirrored of it', () => {
  const order = orderOf({ disk: { bytes: 500e6, writeBytesPerSecond: 20e6 } })
  const [expected, told] = [predictCase(order), simulateCase(order)]
  // -D / w ln(1 - w / B): 5.579 s.
  expect((told.diskMs ?? 0) / 5579).toBeCloseTo(1, 1)
  expect(expected.totalMs.p50 / told.totalMs).toBeCloseTo(1, 1)
  expect(expected.bytesSent.p50 / told.bytesSent).toBeCloseTo(1, 1)
})

// The copy: 16 GiB / 50 MB/s x -ln(1 - 50 / 125) = 175.5 s; then 1 GiB over the 75 MB/s that the mirror leaves: 14.3 s.
test('the slices of a prediction are long, and lose nothing of what is mirrored', () => {
  const { totalMs } = predictCase(
    orderOf({
      memoryBytes: 2 ** 30,
      link: { bandwidthBytesPerSecond: 125e6, latencyMs: 0.5 },
      disk: { bytes: 16 * 2 ** 30, writeBytesPerSecond: 50e6 },
    }),
  )
  expect(totalMs.p50 / (175_500 + 14_300)).toBeCloseTo(1, 2)
})

test('a guest that writes to its disk faster than the link carries is refused', () => {
  const given = caseWith({ disk: { bytes: 1e9, writeBytesPerSecond: 100e6 } })
  const [fault] = caseMisfits(given)
  expect(fault).toMatchObject({ field: 'disk.writeBytesPerSecond', value: 100e6 })
  expect(fault?.allowed).toContain('less than 100000000')
})

// 100 MB/s less the 90 MB/s that are written: 10 MB/s, 864 GB in a day.
test('a disk that takes more than a day to copy is refused with what would be taken', () => {
  const disk = { bytes: 864e9, writeBytesPerSecond: 90e6 }
  expect(caseMisfits(caseWith({ disk }))).toEqual([])
  expect(caseMisfits(caseWith({ disk: { ...disk, bytes: 865e9 } }))).toEqual([
    {
      field: 'disk.bytes',
      value: 865e9,
      allowed: 'at most 864000000000, what is copied in a day beside what is written',
    },
  ])
})
