import { describe, expect, test } from 'vitest'
import { FULL_CAPABILITIES } from '../../../../src/main/core/simulation/case-capabilities.ts'
import { caseMisfits } from '../../../../src/main/core/simulation/case-misfit.ts'
import { policyOf } from '../../../../src/main/core/simulation/case-policy.ts'
import { predictCase } from '../../../../src/main/core/simulation/predict-case.ts'
import { simulationCase } from '../../../../src/shared/model/simulation-case.ts'
import { simulated } from '../../../support/a-simulated-case.ts'

const MIB = 2 ** 20

/** 64 MiB that nobody writes, over 64 MiB/s: a second without compression. */
const given = {
  memoryBytes: 64 * MIB,
  link: { bandwidthBytesPerSecond: 64 * MIB, latencyMs: 0 },
  workload: { kind: 'idle' },
  host: { roundMs: 0, pauseMs: 0, resumeMs: 0, suspendDirtyPages: 0 },
}
const half = { compressedRatio: 0.5 }
const msOf = (content: object, pageBytes = 4096) =>
  simulated({ name: 'pre-copy-xen' }, { ...given, pageBytes, content }).totalMs

describe('a page that becomes half of its size', () => {
  test('takes half of the time where compressing takes none', () => {
    expect(msOf(half)).toBeCloseTo(500, 3)
  })

  test('takes as long as it is compressed where that is slower than the link', () => {
    // 64 MiB at 80 MiB/s; the link alone would take 500 ms.
    expect(msOf({ ...half, compressBytesPerSecond: 80 * MIB })).toBeCloseTo(800, 3)
    // A pass is exact to its last page, here a thousandth of it.
    expect(msOf({ ...half, compressBytesPerSecond: 80 * MIB }, 2 ** 16)).toBeCloseTo(800, -1)
  })

  test('takes the time of the link where compressing is faster', () => {
    expect(msOf({ ...half, compressBytesPerSecond: 200 * MIB })).toBeCloseTo(500, 3)
  })

  test('is predicted to take as long', () => {
    const content = { ...half, compressBytesPerSecond: 80 * MIB }
    const parsed = simulationCase.parse({ ...given, policy: { name: 'pre-copy-xen' }, content })
    const chosen = policyOf(parsed.policy)
    if (chosen.kind === 'faults') throw new Error(JSON.stringify(chosen.faults))
    const { policy, thresholds } = chosen
    const predicted = predictCase({ given: parsed, policy, thresholds, capabilities: FULL_CAPABILITIES })
    expect(predicted.totalMs.p50).toBeCloseTo(800, 0)
  })
})

test('changes of pages are compressed no faster than whole pages', () => {
  const workload = { kind: 'uniform', workingSetPages: 16_384, writesPerSecond: 1e9 }
  const content = { deltaRatio: 0.1, compressBytesPerSecond: 32 * MIB }
  const policy = { name: 'pre-copy-xen', maxRounds: 1 } as const
  // Every page is dirty again and goes over in the pause: 64 MiB of content at 32 MiB/s.
  expect(simulated(policy, { ...given, workload, content }).downtimeMs).toBeCloseTo(2000, 0)
})

test('a compressor without compression is told', () => {
  const wrong = simulationCase.parse({
    ...given,
    policy: { name: 'pre-copy-xen' },
    content: { compressBytesPerSecond: 1e8 },
  })
  expect(caseMisfits(wrong)).toMatchObject([{ field: 'content.compressBytesPerSecond', value: 1e8 }])
})

test('a compressor of a byte a second is gone through in as few steps as a link of that rate', () => {
  const content = { ...half, compressBytesPerSecond: 1 }
  const { totalMs } = simulated({ name: 'pre-copy-xen' }, { ...given, content, maxLiveSeconds: 60 })
  expect(totalMs / (64 * MIB * 1000)).toBeCloseTo(1, 3)
})
