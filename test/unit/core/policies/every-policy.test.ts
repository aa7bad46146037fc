import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canBeTold } from '../../../../src/main/core/migration/can-be-told.ts'
import { policies } from '../../../../src/main/core/migration/policies/index.ts'
import { policyNames } from '../../../../src/shared/model/migration.ts'
import { afterRoundsLeaving, aPolicyView, EVERY_CAPABILITY } from '../../../support/a-policy-view.ts'
import { simulated } from '../../../support/a-simulated-case.ts'

/** A host that can be told something: nobody asks a policy on behalf of one that cannot. */
const someHost = fc
  .record({
    postCopy: fc.boolean(),
    requestsBeside: fc.boolean(),
    bandwidth: fc.boolean(),
    pageOrder: fc.boolean(),
    throttle: fc.boolean(),
    priority: fc.boolean(),
  })
  .map(can => ({ ...EVERY_CAPABILITY, ...can }))

const someLink = fc.record({
  capacityBytesPerSecond: fc.constant(4e8),
  competingBytesPerSecond: fc.record({ source: fc.nat(3e8), destination: fc.nat(3e8) }),
  roundTripMs: fc.integer({ min: 1, max: 100 }),
  leastRoundTripMs: fc.constant(1),
})

const someSurroundings = fc.record({
  tiers: fc.constant([
    { pages: 900_000, writesPerPageSecond: 0 },
    { pages: 100_000, writesPerPageSecond: 1 },
  ]),
  pagesPerMs: fc.constant(100),
  roundTripMs: fc.constant(1),
  vcpuCount: fc.constant(4),
  roundMs: fc.constant(2),
  pauseMs: fc.constant(10),
  switchMs: fc.constant(15),
  backlogMs: fc.constant(0),
  order: fc.constantFrom('cold-first' as const, 'address' as const, 'mixed' as const),
  logRead: fc.constant('round' as const),
  requests: fc.constantFrom('within' as const, 'beside' as const),
})

test.each(policyNames)('%s carries its own name', name => {
  expect(policies[name].name).toBe(name)
})

test.each(policyNames)('%s never asks for what its host cannot do', name => {
  const policy = policies[name]
  const left = fc.array(fc.nat(900_000), { minLength: 1, maxLength: 8 })
  const about = fc.record({
    capabilities: someHost,
    link: fc.option(someLink, { nil: undefined }),
    surroundings: fc.option(someSurroundings, { nil: null }),
    hotPages: fc.nat(1000),
  })
  fc.assert(
    fc.property(left, about, (dirtied, { capabilities, link, surroundings, hotPages }) => {
      const migration = { heat: { hotPages, warmPages: 0, coldPages: 0 } }
      const given = { capabilities, surroundings, migration, ...(link ? { link } : {}) }
      const decisions = [
        policy.afterRound(afterRoundsLeaving(dirtied, given)),
        policy.duringRound?.(aPolicyView(given)),
      ]
      for (const decision of decisions) {
        const asked = [
          decision?.action ?? 'continue',
          ...(decision?.adjustments ?? []).map(({ kind }) => kind),
        ]
        for (const kind of asked) if (kind !== 'abort') expect(canBeTold(kind, capabilities), kind).toBe(true)
      }
    }),
    { seed: 11, numRuns: 200 },
  )
})

test.each(policyNames)('%s says why, whatever it decides', name => {
  const { reasons } = policies[name].afterRound(afterRoundsLeaving([900_000, 500_000]))
  expect(reasons.length).toBeGreaterThan(0)
  for (const reason of reasons) expect(reason).toMatch(/[.]$/)
})

test.each(policyNames)('%s brings a guest of a small working set over, on any host', name => {
  const poor = { ...EVERY_CAPABILITY, postCopy: false, pageOrder: false, throttle: false, priority: false }
  for (const capabilities of [EVERY_CAPABILITY, poor]) {
    const { outcome, switched } = simulated({ name }, { maxLiveSeconds: 30 }, capabilities)
    expect(outcome).toBe('completed')
    if (!capabilities.postCopy) expect(switched).toBe(false)
  }
})
