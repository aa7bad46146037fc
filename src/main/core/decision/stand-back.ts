import type { PoolGuards } from '../../../shared/model/pool-guards.ts'

/** As long as Xen Orchestra's balancer leaves a VM alone after a move by default. */
const FOREIGN_MOVE_MS = 30 * 60_000
/** Xen Orchestra renews its mark when it connects; one that connected longer ago may be gone. A guess. */
const ORCHESTRA_MS = 24 * 3_600_000

export interface StandBackView {
  readonly guards: PoolGuards
  /** Our own lease holder. */
  readonly me: string
  /** Pool time, ms since the epoch. */
  readonly nowMs: number
  /** When a VM was last moved by somebody else, pool time; null when that was not seen. */
  readonly foreignMoveMs: number | null
  /** When the lease was first seen as it now stands, pool time; null when that is just now. */
  readonly leaseSeenMs: number | null
  /** The longest a lease lasts unrenewed at the present time scale, ms of pool time. */
  readonly longestLeaseMs: number
}

/** Pool time until which a lease binds: one written under another time scale no longer than one of the present scale. */
const boundUntilMs = (untilMs: number, { leaseSeenMs, nowMs, longestLeaseMs }: StandBackView): number =>
  Math.min(untilMs, (leaseSeenMs ?? nowMs) + longestLeaseMs)

/** Why we must not act on a pool by ourselves, in plain sentences; none when nothing forbids it. */
export const standBackReasons = (view: StandBackView): readonly string[] => {
  const { guards, me, nowMs, foreignMoveMs } = view
  const reasons: string[] = []
  const { lease } = guards
  if (lease && lease.holder !== me && boundUntilMs(lease.untilMs, view) > nowMs) {
    reasons.push(`Another Longshore, ${lease.name}, acts on this pool.`)
  }
  if (guards.wlbEnabled) reasons.push('Workload Balancing is enabled on this pool and moves VMs by itself.')
  if (guards.haPlan === 'broken') {
    reasons.push(
      'High availability has no plan for as many host failures as it is to survive: a move could make it worse.',
    )
  }
  const orchestra = guards.xenOrchestraSeenMs !== null && nowMs - guards.xenOrchestraSeenMs < ORCHESTRA_MS
  if (orchestra && foreignMoveMs !== null && nowMs - foreignMoveMs < FOREIGN_MOVE_MS) {
    reasons.push(
      'A Xen Orchestra is connected and somebody moved a VM in the last half hour: its balancer may be at work.',
    )
  }
  return reasons
}
