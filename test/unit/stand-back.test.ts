import { expect, test } from 'vitest'
import { type StandBackView, standBackReasons } from '../../src/main/core/decision/stand-back.ts'
import { NO_GUARDS, type PoolGuards } from '../../src/shared/model/pool-guards.ts'

const NOW = Date.UTC(2026, 0, 2)
const aView = (guards: Partial<PoolGuards> = {}, change: Partial<StandBackView> = {}): StandBackView => ({
  guards: { ...NO_GUARDS, ...guards },
  me: 'me',
  nowMs: NOW,
  foreignMoveMs: null,
  leaseSeenMs: null,
  longestLeaseMs: 60_000,
  ...change,
})
const lease = (holder: string, untilMs: number) => ({ holder, name: 'root@ops-2', untilMs })

test('a pool nobody else acts on is ours to act on', () => {
  expect(standBackReasons(aView())).toEqual([])
  expect(standBackReasons(aView({ lease: lease('me', NOW + 1) }))).toEqual([])
  expect(standBackReasons(aView({ haPlan: 'holds' }))).toEqual([])
})

test('a second Longshore is named, until its lease has run out', () => {
  expect(standBackReasons(aView({ lease: lease('other', NOW + 1) }))[0]).toContain('root@ops-2')
  expect(standBackReasons(aView({ lease: lease('other', NOW) }))).toEqual([])
})

test('a lease written when the pool ran faster binds no longer than one of today', () => {
  const long = { lease: lease('other', NOW + 3_600_000) }
  expect(standBackReasons(aView(long))).toHaveLength(1)
  expect(standBackReasons(aView(long, { leaseSeenMs: NOW - 59_999 }))).toHaveLength(1)
  expect(standBackReasons(aView(long, { leaseSeenMs: NOW - 60_000 }))).toEqual([])
})

test('Workload Balancing and a broken high-availability plan keep us from acting', () => {
  expect(standBackReasons(aView({ wlbEnabled: true, haPlan: 'broken' }))).toHaveLength(2)
})

test("Xen Orchestra's balancer is suspected only where it is connected and somebody moved a VM lately", () => {
  const seen = { xenOrchestraSeenMs: NOW - 60_000 }
  expect(standBackReasons(aView(seen))).toEqual([])
  expect(standBackReasons(aView(seen, { foreignMoveMs: NOW - 29 * 60_000 }))).toHaveLength(1)
  expect(standBackReasons(aView(seen, { foreignMoveMs: NOW - 31 * 60_000 }))).toEqual([])
  expect(standBackReasons(aView({}, { foreignMoveMs: NOW }))).toEqual([])
})
