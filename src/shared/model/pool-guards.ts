/** Who says that it acts on a pool by itself. It is kept in the pool, so that every console sees it. */
export interface Lease {
  /** One running console. */
  readonly holder: string
  /** Whose it is, for people: `root@ops-2`. */
  readonly name: string
  /** Pool time until which it holds unless it is renewed, ms since the epoch. */
  readonly untilMs: number
}

/** What a pool says of others that may act on it, and of what must not be broken. */
export interface PoolGuards {
  readonly lease: Lease | null
  readonly wlbEnabled: boolean
  /** Whether high availability has a plan for as many host failures as it is to survive. */
  readonly haPlan: 'off' | 'holds' | 'broken'
  /** Pool time at which a Xen Orchestra last said it was connected, ms since the epoch; null when none did. */
  readonly xenOrchestraSeenMs: number | null
}

export const NO_GUARDS: PoolGuards = {
  lease: null,
  wlbEnabled: false,
  haPlan: 'off',
  xenOrchestraSeenMs: null,
}
