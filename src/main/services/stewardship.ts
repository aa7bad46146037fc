import type { Lease } from '../../shared/model/pool-guards.ts'
import { standBackReasons } from '../core/decision/stand-back.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Connections, LivePool } from './connections.ts'
import type { Migrator } from './migrator.ts'

interface Deps {
  readonly connections: Connections
  readonly migrator: Migrator
  readonly clock: Clock
  readonly log: Log
  /** Who we are: one running console, and its name for people. */
  readonly me: Pick<Lease, 'holder' | 'name'>
  /** Pool time of a connection. */
  readonly poolNow: (connectionId: string) => number
}

interface Watched {
  /** Where each VM was when we last looked. */
  readonly hosts: ReadonlyMap<string, string | null>
  readonly foreignMoveMs: number | null
  readonly lease: Lease | null
  /** Pool time at which the lease was first seen as it stands. */
  readonly leaseSeenMs: number
}

const CHECK_MS = 5000
/** How long a lease lasts without being renewed, and from when on it is renewed, ms here. Guesses. */
const LEASE_MS = 60_000
const RENEW_MS = 30_000
const CALL_TIMEOUT_MS = 10_000

/** Whether our lease is to be written anew: it runs out soon, or was written when the pool ran faster. */
const isToRenew = (leftMs: number, timeScale: number): boolean =>
  leftMs < (LEASE_MS - RENEW_MS) * timeScale || leftMs > (LEASE_MS + CHECK_MS) * timeScale

const isSameLease = (a: Lease | null, b: Lease | null): boolean =>
  a?.holder === b?.holder && a?.untilMs === b?.untilMs

/**
 * Sees to it that we are not two: before we act on a pool by ourselves we hold its lease, and where somebody else acts
 * (another Longshore, Workload Balancing, Xen Orchestra's balancer) or high availability would suffer, we only advise.
 */
export class Stewardship {
  readonly #deps: Deps
  readonly #watched = new Map<string, Watched>()
  readonly #checking = new Map<string, Promise<void>>()
  readonly #held = new Map<string, Lease>()
  #stop: (() => void) | undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Whether the pool itself shows our lease: of two that took it at once, it remembers one. */
  mayAct(connectionId: string): boolean {
    const lease = this.#deps.connections.pool(connectionId)?.inventory.pool.guards.lease
    return lease?.holder === this.#deps.me.holder && lease.untilMs > this.#deps.poolNow(connectionId)
  }

  start(): void {
    this.#stop ??= this.#deps.clock.every(CHECK_MS, () => this.#checkAll())
  }

  /** Gives back what leases we hold; never throws. */
  async close(): Promise<void> {
    this.#stop?.()
    await Promise.allSettled(this.#checking.values())
    const { connections } = this.#deps
    const returned = [...this.#held].map(async ([connectionId, lease]) => {
      const signal = AbortSignal.timeout(CALL_TIMEOUT_MS)
      await connections.pool(connectionId)?.hypervisor.replaceLease(lease, null, signal)
    })
    await Promise.allSettled(returned)
  }

  #checkAll(): void {
    for (const pool of this.#deps.connections.pools) {
      const { connectionId } = pool
      if (this.#checking.has(connectionId)) continue
      const check = this.#check(pool)
        .catch(error =>
          this.#deps.log.warn('the lease was not seen to', { connectionId, why: String(error) }),
        )
        .finally(() => this.#checking.delete(connectionId))
      this.#checking.set(connectionId, check)
    }
  }

  async #check(pool: LivePool): Promise<void> {
    const { connections, me, poolNow } = this.#deps
    const { connectionId, inventory } = pool
    const nowMs = poolNow(connectionId)
    const { foreignMoveMs, leaseSeenMs } = this.#watch(pool, nowMs)
    const { guards, timeScale } = inventory.pool
    const longestLeaseMs = LEASE_MS * timeScale
    const reasons = standBackReasons({
      guards,
      me: me.holder,
      nowMs,
      foreignMoveMs,
      leaseSeenMs,
      longestLeaseMs,
    })
    const level = connections.state(connectionId)?.level
    const isStopped = connections.overview.value.stoppedSinceMs !== null
    const wantsToAct = (level === 'automatic' || level === 'approve') && !isStopped
    const mine = this.mayAct(connectionId)
    connections.standBack(connectionId, reasons)
    if (!wantsToAct || reasons.length > 0) {
      if (mine) await this.#give(pool, guards.lease)
      return
    }
    if (!mine || (guards.lease && isToRenew(guards.lease.untilMs - nowMs, timeScale))) {
      await this.#take(pool, guards.lease, nowMs)
    }
  }

  async #take(
    { connectionId, hypervisor, inventory }: LivePool,
    present: Lease | null,
    nowMs: number,
  ): Promise<void> {
    const next = { ...this.#deps.me, untilMs: nowMs + LEASE_MS * inventory.pool.timeScale }
    const taken = await hypervisor.replaceLease(present, next, AbortSignal.timeout(CALL_TIMEOUT_MS))
    if (taken) this.#held.set(connectionId, next)
    else this.#held.delete(connectionId)
  }

  async #give({ connectionId, hypervisor }: LivePool, lease: Lease | null): Promise<void> {
    await hypervisor.replaceLease(lease, null, AbortSignal.timeout(CALL_TIMEOUT_MS))
    this.#held.delete(connectionId)
  }

  /** Notes since when the lease stands as it does, and who moved: a VM that changed its host without a migration of ours was moved by somebody else. */
  #watch({ connectionId, inventory }: LivePool, nowMs: number): Watched {
    const before = this.#watched.get(connectionId)
    const { lease } = inventory.pool.guards
    const ours = this.#deps.migrator
    const moved = inventory.vms.some(vm => {
      const was = before?.hosts.get(vm.id)
      if (!was || !vm.hostId || was === vm.hostId) return false
      const last = ours.lastMoved(vm.id)
      return last === null || nowMs - last > 2 * LEASE_MS * inventory.pool.timeScale
    })
    const watched = {
      hosts: new Map(inventory.vms.map(vm => [vm.id, vm.hostId])),
      lease,
      leaseSeenMs: before && isSameLease(before.lease, lease) ? before.leaseSeenMs : nowMs,
      foreignMoveMs: moved ? nowMs : (before?.foreignMoveMs ?? null),
    }
    this.#watched.set(connectionId, watched)
    return watched
  }
}
