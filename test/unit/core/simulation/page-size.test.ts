import { expect, test } from 'vitest'
import { FULL_CAPABILITIES } from '../../../../src/main/core/simulation/case-capabilities.ts'
import { policyOf } from '../../../../src/main/core/simulation/case-policy.ts'
import { simulateCase } from '../../../../src/main/core/simulation/simulate-case.ts'
import { simulationCase } from '../../../../src/shared/model/simulation-case.ts'

const resultOf = (pageBytes: number, policy: string) => {
  const pages = 16_384
  const given = simulationCase.parse({
    memoryBytes: pages * pageBytes,
    pageBytes,
    policy: { name: policy },
    link: { bandwidthBytesPerSecond: 25_000 * pageBytes, latencyMs: 0.2 },
    workload: { kind: 'uniform', workingSetPages: 5000, writesPerSecond: 9000 },
    host: { roundMs: 2, pauseMs: 5, resumeMs: 5, suspendDirtyPages: 0 },
    seed: 4,
  })
  const chosen = policyOf(given.policy)
  if (chosen.kind === 'faults') throw new Error(JSON.stringify(chosen.faults))
  return simulateCase({ given, ...chosen, capabilities: FULL_CAPABILITIES })
}

test.each([
  'pre-copy-xen',
  's1',
  'longshore',
])('%s does with large pages in bytes what it does with small ones', policy => {
  const [small, large] = [resultOf(4096, policy), resultOf(65_536, policy)]
  expect(large.totalMs).toBeCloseTo(small.totalMs, 6)
  expect(large.pagesSent).toBe(small.pagesSent)
  expect(large.bytesSent).toBeCloseTo(small.bytesSent * 16, 0)
  expect(large.rounds.map(({ dirtiedPages }) => dirtiedPages)).toEqual(
    small.rounds.map(({ dirtiedPages }) => dirtiedPages),
  )
  expect((large.rounds[0]?.bandwidthBytesPerSecond ?? 0) / (25_000 * 65_536)).toBeCloseTo(1, 2)
})
