import { expect, test } from 'vitest'
import { hybridStatic } from '../../../../src/main/core/migration/policies/hybrid-static.ts'
import { postCopy } from '../../../../src/main/core/migration/policies/post-copy.ts'
import { afterRoundsLeaving, aPolicyView, EVERY_CAPABILITY } from '../../../support/a-policy-view.ts'
import { simulated } from '../../../support/a-simulated-case.ts'

const without = { ...EVERY_CAPABILITY, postCopy: false }
const busy = { workload: { kind: 'uniform', workingSetPages: 8192, writesPerSecond: 50_000 } }

test('post-copy hands over before the first page', () => {
  expect(postCopy.duringRound?.(aPolicyView())?.action).toBe('switch')
  const { rounds, switched, pagesRetransmitted, pagesSent } = simulated({ name: 'post-copy' }, busy)
  expect(switched).toBe(true)
  expect(rounds.reduce((sum, round) => sum + round.sentPages, 0)).toBe(0)
  expect(pagesRetransmitted).toBeLessThanOrEqual(50)
  expect(pagesSent).toBeGreaterThanOrEqual(16_384)
})

test('where there is no post-copy it stops after the first round instead', () => {
  expect(postCopy.duringRound?.(aPolicyView({ capabilities: without }))).toBeNull()
  expect(postCopy.afterRound(afterRoundsLeaving([9e5], { capabilities: without })).action).toBe(
    'stop-and-copy',
  )
})

test('requests that overtake the push cost the guest less time', () => {
  const queued = simulated({ name: 'post-copy' }, busy)
  const overtaking = simulated({ name: 'post-copy-preempt' }, busy)
  expect(overtaking.lostGuestMs).toBeLessThan(queued.lostGuestMs)
  expect(overtaking.demandFaults).toBeGreaterThan(0)
})

test.each([
  ['goes on after round 1', [9e5], 'continue'],
  ['switches after round 2', [9e5, 9e5], 'switch'],
  ['stops with few pages left', [49], 'stop-and-copy'],
] as const)('the static hybrid %s', (_, left, action) => {
  expect(hybridStatic.afterRound(afterRoundsLeaving(left)).action).toBe(action)
})

test('the static hybrid switches after exactly two rounds, or as many as it is told', () => {
  const two = simulated({ name: 'hybrid-static' }, busy)
  expect(two.switched).toBe(true)
  expect(two.rounds).toHaveLength(2)
  const three = simulated({ name: 'hybrid-static', thresholds: { hybridRounds: 3 } }, busy)
  expect(three.rounds).toHaveLength(3)
})
