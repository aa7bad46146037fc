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
}

/** Why we must not act on a pool by ourselves, in plain sentences; none when nothing forbids it. */
export const standBackReasons = ({ guards, me, nowMs, foreignMoveMs }: StandBackView): readonly string[] => {
  const reasons: string[] = []
  const { lease } = guards
  if (lease && lease.holder !== me && lease.untilMs > nowMs) {
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
