import { expect, test } from 'vitest'
import { policyOf } from '../../../../src/main/core/simulation/case-policy.ts'
import { NO_CAPABILITIES } from '../../../../src/shared/model/capabilities.ts'
import { type SimulationCase, simulationCase } from '../../../../src/shared/model/simulation-case.ts'

const asked = (policy: Readonly<Record<string, unknown>>): SimulationCase['policy'] =>
  simulationCase.shape.policy.parse(policy)

const faultsOf = (policy: Readonly<Record<string, unknown>>) => {
  const built = policyOf(asked(policy))
  return built.kind === 'faults' ? built.faults : []
}

test('a policy by its name goes by the defaults', () => {
  const built = policyOf(asked({ name: 's1' }))
  expect(built).toMatchObject({ kind: 'policy', policy: { name: 's1' } })
})

test('a threshold of the case replaces the default and says that it was given', () => {
  const built = policyOf(asked({ name: 's1', thresholds: { switchTheta: 0.6 } }))
  expect(built).toMatchObject({ thresholds: { switchTheta: { value: 0.6, default: 0.7, origin: 'manual' } } })
})

test('maxRounds is a parameter of Xen and a threshold of the others', () => {
  const xen = policyOf(asked({ name: 'pre-copy-xen', thresholds: { maxRounds: 29 } }))
  expect(xen).toMatchObject({ thresholds: { maxRounds: { value: 5 } } })
  const s1 = policyOf(asked({ name: 's1', thresholds: { maxRounds: 29 } }))
  expect(s1).toMatchObject({ thresholds: { maxRounds: { value: 29 } } })
})

test('beside the name wins over among the thresholds', () => {
  const built = policyOf(asked({ name: 'pre-copy-xen', maxRounds: 7, thresholds: { maxRounds: 3 } }))
  if (built.kind === 'faults') throw new Error('refused')
  const { policy, thresholds } = built
  expect(policy.limits({ capabilities: NO_CAPABILITIES, thresholds }).maxRounds).toBe(7)
})

test.each([
  ['an unknown policy', { name: 'magic' }, 'policy.name', 'magic', /^one of longshore, /],
  [
    'an unknown threshold',
    { name: 's1', thresholds: { thetaa: 1 } },
    'policy.thresholds.thetaa',
    1,
    /^one of cpuTrigger, /,
  ],
  [
    'a name that every object has',
    { name: 's1', thresholds: { toString: 1 } },
    'policy.thresholds.toString',
    1,
    /^one of /,
  ],
  [
    'a threshold out of range',
    { name: 's1', thresholds: { switchTheta: 0.95 } },
    'policy.thresholds.switchTheta',
    0.95,
    /^0.5 to 0.9 \(dirty rate/,
  ],
  [
    'half a round',
    { name: 'pre-copy-xen', thresholds: { maxRounds: 2.5 } },
    'policy.thresholds.maxRounds',
    2.5,
    /^1 to 1000, a whole number$/,
  ],
  [
    'less than the memory sent',
    { name: 'pre-copy-xen-upstream', thresholds: { maxSentFactor: 0.5 } },
    'policy.thresholds.maxSentFactor',
    0.5,
    /^1 to 1000$/,
  ],
  [
    "Xen's parameter for another",
    { name: 's1', minDirtyPages: 9 },
    'policy.minDirtyPages',
    9,
    /only pre-copy-xen/,
  ],
] as const)('%s is refused with what is allowed', (_, policy, field, value, allowed) => {
  expect(faultsOf(policy)).toEqual([{ field, value, allowed: expect.stringMatching(allowed) }])
})

test('every fault is told', () => {
  const faults = faultsOf({ name: 'longshore', maxRounds: 3, thresholds: { no: 1, costBytes: -1 } })
  expect(faults.map(fault => fault.field)).toEqual([
    'policy.maxRounds',
    'policy.thresholds.no',
    'policy.thresholds.costBytes',
  ])
})
