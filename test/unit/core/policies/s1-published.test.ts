import { expect, test } from 'vitest'
import { s1Published } from '../../../../src/main/core/migration/policies/s1-published.ts'
import {
  afterRoundsLeaving,
  aPolicyView,
  EVERY_CAPABILITY,
  LINK_BYTES_PER_SECOND,
} from '../../../support/a-policy-view.ts'
import { simulated } from '../../../support/a-simulated-case.ts'

const forecastOf = (dirtyPagesPerSecond: number) => ({
  vmId: 'vm-1',
  atMs: 0,
  points: [{ aheadMs: 1000, dirtyPagesPerSecond, cpuRatio: 0.5 }],
})
const heat = { hotPages: 2000, warmPages: 0, coldPages: 0 }

// One theta of 0.5: half of the 100,000 pages a second that the link carries.
test.each([
  ['below theta it goes on', [4.9e5], 'continue'],
  ['at theta it switches', [5e5], 'switch'],
  ['few pages end it', [49], 'stop-and-copy'],
  ['N_max rounds are not beyond N_max', [1e5, 4e4, 1e4, 2000, 500], 'continue'],
  ['one more is', [1e5, 4e4, 1e4, 2000, 500, 100], 'switch'],
] as const)('%s', (_, left, action) => {
  expect(s1Published.afterRound(afterRoundsLeaving(left)).action).toBe(action)
})

test('a VM whose dirty rate starts the migration is switched before round 1', () => {
  expect(s1Published.duringRound?.(aPolicyView({ forecast: forecastOf(50_000) }))?.action).toBe('switch')
  expect(s1Published.duringRound?.(aPolicyView({ forecast: forecastOf(49_999) }))).toBeNull()
})

test('hot pages go first, before other traffic until they have been sent', () => {
  const order = { regionPages: 4, classes: Uint8Array.of(0, 2, 1) }
  expect(s1Published.orderPages?.(order)).toEqual({ ...order, live: 'hottest-first' })
  const at = (sentPages: number, priorityShare: number) =>
    s1Published.duringRound?.(
      aPolicyView({
        migration: {
          heat,
          priorityShare,
          linkBytesPerSecond: LINK_BYTES_PER_SECOND,
          current: { round: 1, startedAtMs: 0, sentPages, dirtiedPages: 0, remainingPages: 9 },
        },
      }),
    )?.adjustments ?? []
  expect(at(0, 0)).toEqual([{ kind: 'priority', share: 1 }])
  expect(at(1000, 1)).toEqual([])
  expect(at(2000, 1)).toEqual([{ kind: 'priority', share: 0 }])
  expect(at(3000, 0)).toEqual([])
})

test('no other traffic is pushed aside where that cannot be asked for', () => {
  const capabilities = { ...EVERY_CAPABILITY, priority: false }
  expect(s1Published.duringRound?.(aPolicyView({ capabilities, migration: { heat } }))).toBeNull()
})

const hotSet = { kind: 'hot-set', workingSetPages: 4096, writesPerSecond: 20_000 }

test('with one theta the hybrid of a busy VM is a post-copy', () => {
  const busy = { workload: { ...hotSet, writesPerSecond: 200_000 } }
  const published = simulated({ name: 's1-published', thresholds: { triggerTheta: 0.1 } }, busy)
  expect(published.switched).toBe(true)
  expect(published.rounds.reduce((sum, round) => sum + round.sentPages, 0)).toBe(0)
  const corrected = simulated({ name: 's1', thresholds: { triggerTheta: 0.1 } }, busy)
  expect(corrected.rounds[0]?.sentPages).toBeGreaterThan(16_000)
})

test('hot pages first are sent again more often than hot pages last', () => {
  const once = { workload: hotSet, host: { roundMs: 1, pauseMs: 1, resumeMs: 1, suspendDirtyPages: 0 } }
  const first = simulated({ name: 's1-published' }, once)
  const last = simulated({ name: 's1' }, once)
  expect(first.rounds[0]?.dirtiedPages).toBeGreaterThan((last.rounds[0]?.dirtiedPages ?? 0) * 1.1)
})

test('what its hot pages gain on a busy link the other traffic loses, and only while they are sent', () => {
  const link = { bandwidthBytesPerSecond: 100e6, latencyMs: 0.5, competingRatio: 0.5 }
  const calm = { link, workload: { kind: 'hot-set', workingSetPages: 4096, writesPerSecond: 500 } }
  const published = simulated({ name: 's1-published' }, calm)
  const without = simulated({ name: 's1-published' }, calm, { ...EVERY_CAPABILITY, priority: false })
  expect(published.displacedBytes).toBeGreaterThan(0)
  expect(published.displacedBytes).toBeLessThan(published.bytesSent / 4)
  expect(published.totalMs).toBeLessThan(without.totalMs)
  expect(without.displacedBytes).toBe(0)
})
