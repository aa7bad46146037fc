import { expect, test } from 'vitest'
import { FULL_CAPABILITIES } from '../../../../src/main/core/simulation/case-capabilities.ts'
import { caseMisfits } from '../../../../src/main/core/simulation/case-misfit.ts'
import { policyOf } from '../../../../src/main/core/simulation/case-policy.ts'
import { dealGroups } from '../../../../src/main/core/simulation/mean-field-images.ts'
import { predictCase } from '../../../../src/main/core/simulation/predict-case.ts'
import { simulateCase } from '../../../../src/main/core/simulation/simulate-case.ts'
import { simulationCase } from '../../../../src/shared/model/simulation-case.ts'

const MIB = 2 ** 20

const given = (changes: object = {}) =>
  simulationCase.parse({
    memoryBytes: 256 * MIB,
    policy: { name: 's3' },
    link: { bandwidthBytesPerSecond: 128 * MIB, latencyMs: 0 },
    workload: { kind: 'uniform', workingSetPages: 16_384, writesPerSecond: 2000 },
    profileBytes: 128 * MIB,
    checkpointBytes: 96 * MIB,
    nasBytesPerSecond: 512 * MIB,
    ...changes,
  })

const orderOf = (changes: object = {}) => {
  const asked = given(changes)
  const chosen = policyOf(asked.policy)
  if (chosen.kind === 'faults') throw new Error(JSON.stringify(chosen.faults))
  return {
    given: asked,
    policy: chosen.policy,
    thresholds: chosen.thresholds,
    capabilities: FULL_CAPABILITIES,
  }
}

const group = (pages: number, kind: 'random' | null) => ({
  pages,
  order: kind === null ? null : { kind },
  first: 4096,
  again: 4096,
})
const plan = { profileBytes: 0, nasBytesPerMs: 1, profilePages: 300, checkpointPages: 500 }

test('the profile has pages that nobody writes, the checkpoint lacks written ones first', () => {
  // 1,000 pages of content, 200 of them written: 300 + 500 are covered, 200 are not.
  const groups = [group(50, 'random'), group(150, 'random'), group(800, null), group(24, null)]
  expect(dealGroups(groups, plan)).toEqual([
    { arrived: 0, later: 50 },
    { arrived: 0, later: 150 },
    { arrived: 300, later: 0 },
    { arrived: 0, later: 0 },
  ])
  expect(dealGroups(groups, { ...plan, checkpointPages: 600 })[1]).toEqual({ arrived: 0, later: 75 })
  expect(dealGroups(groups, { ...plan, checkpointPages: 400 })[2]).toEqual({ arrived: 300, later: 100 })
  expect(dealGroups(groups, { ...plan, checkpointPages: null })[0]).toEqual({ arrived: 0, later: 0 })
})

test.each([
  ['few writes', {}],
  ['many writes', { workload: { kind: 'uniform', workingSetPages: 16_384, writesPerSecond: 20_000 } }],
  ['a checkpoint of everything', { checkpointBytes: 128 * MIB }],
  ['no checkpoint', { checkpointBytes: 0 }],
  ['zero pages', { content: { zeroRatio: 0.3 }, profileBytes: 64 * MIB }],
])('a prediction from profile and checkpoint is near the simulation: %s', (_, changes) => {
  const order = orderOf(changes)
  const simulated = simulateCase(order)
  const predicted = predictCase(order)
  expect(predicted.totalMs.p50 / simulated.totalMs).toBeCloseTo(1, 1)
  expect(predicted.bytesSent.p50 / simulated.bytesSent).toBeCloseTo(1, 1)
})

test('images that cannot be are told by field', () => {
  const fields = (changes: object) => caseMisfits(given(changes)).map(({ field }) => field)
  expect(fields({})).toEqual([])
  expect(fields({ profileBytes: 257 * MIB, checkpointBytes: 257 * MIB })).toEqual([
    'profileBytes',
    'checkpointBytes',
  ])
  expect(fields({ profileBytes: undefined })).toEqual(['nasBytesPerSecond'])
})
