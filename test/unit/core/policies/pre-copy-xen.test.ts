import { expect, test } from 'vitest'
import {
  preCopyXen,
  preCopyXenBy,
  preCopyXenUpstream,
  xenServerRule,
} from '../../../../src/main/core/migration/policies/pre-copy-xen.ts'
import { afterRoundsLeaving } from '../../../support/a-policy-view.ts'
import { simulated } from '../../../support/a-simulated-case.ts'

const heavy = { workload: { kind: 'uniform', workingSetPages: 8192, writesPerSecond: 1e6 } }

test.each([
  ['XenServer goes on with 51 pages left', preCopyXen, [51], 'continue'],
  ['XenServer stops at 50', preCopyXen, [50], 'stop-and-copy'],
  ['XenServer goes on after three rounds', preCopyXen, [9e5, 9e5, 9e5], 'continue'],
  ['XenServer stops after four', preCopyXen, [9e5, 9e5, 9e5, 9e5], 'stop-and-copy'],
  ['upstream goes on with 50 pages left', preCopyXenUpstream, [50], 'continue'],
  ['upstream stops at 49', preCopyXenUpstream, [49], 'stop-and-copy'],
  ['upstream goes on after four rounds', preCopyXenUpstream, [9e5, 9e5, 9e5, 9e5], 'continue'],
  ['upstream stops after five', preCopyXenUpstream, [9e5, 9e5, 9e5, 9e5, 9e5], 'stop-and-copy'],
] as const)('%s', (_, policy, left, action) => {
  expect(policy.afterRound(afterRoundsLeaving(left)).action).toBe(action)
})

test('what was sent in all ends it too, the first pass counted: 1 + 0.9 + 0.9 + 0.2 of the memory', () => {
  const legacy = preCopyXenBy('pre-copy-xen', { ...xenServerRule, maxRounds: 29, maxSentFactor: 3 })
  const short = legacy.afterRound(afterRoundsLeaving([9e5, 9e5, 1.99e5, 9e5]))
  expect(short.action).toBe('continue')
  const enough = legacy.afterRound(afterRoundsLeaving([9e5, 9e5, 2e5, 9e5]))
  expect(enough.action).toBe('stop-and-copy')
  expect(enough.reasons).toEqual([
    '3.00 times the memory has been sent, Xen allows 3; 900000 pages are left and copied while the VM is paused.',
  ])
})

test('an idle guest is stopped after its first pass', () => {
  const { rounds, switched } = simulated({ name: 'pre-copy-xen' }, { workload: { kind: 'idle' } })
  expect(rounds).toHaveLength(2)
  expect(switched).toBe(false)
})

test('a guest that writes faster than the link carries is stopped at the last round, the rest copied in the pause', () => {
  const xenServer = simulated({ name: 'pre-copy-xen' }, heavy)
  const upstream = simulated({ name: 'pre-copy-xen-upstream' }, heavy)
  expect(xenServer.rounds.map(round => round.index)).toEqual([1, 2, 3, 4, 5])
  expect(upstream.rounds).toHaveLength(6)
  expect(xenServer.downtimeMs).toBeGreaterThan(300)
})

test('a case may have a rule of its own', () => {
  expect(simulated({ name: 'pre-copy-xen', maxRounds: 2 }, heavy).rounds).toHaveLength(3)
  expect(simulated({ name: 'pre-copy-xen', thresholds: { maxRounds: 3 } }, heavy).rounds).toHaveLength(4)
  const bySent = simulated({ name: 'pre-copy-xen', maxRounds: 29, maxSentFactor: 2 }, heavy)
  expect(bySent.rounds.slice(0, -1).reduce((sum, round) => sum + round.sentPages, 0)).toBeLessThan(3 * 16_384)
  expect(bySent.rounds).toHaveLength(4)
})
