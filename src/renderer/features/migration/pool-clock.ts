/** How far the clock runs on without hearing anything, ms: a stale console must not invent progress. */
const LONGEST_GUESS_MS = 2_000

/** Pool time between the moments at which it was heard. Never goes back. */
export interface PoolClock {
  /** Tells a pool time that has just been heard of; `wallMs` is monotonic. */
  hear(poolMs: number, wallMs: number): void
  /** Pool time at `wallMs`; undefined before anything was heard. */
  at(wallMs: number): number | undefined
}

/** A clock that runs at 1x between what it hears: pools do while a migration runs, labs included. */
export const createPoolClock = (): PoolClock => {
  let heard: { readonly poolMs: number; readonly wallMs: number } | undefined
  let latest = Number.NEGATIVE_INFINITY
  const at = (wallMs: number): number | undefined => {
    if (!heard) return undefined
    const guess = heard.poolMs + Math.min(LONGEST_GUESS_MS, Math.max(0, wallMs - heard.wallMs))
    latest = Math.max(latest, guess)
    return latest
  }
  return {
    hear: (poolMs, wallMs) => {
      if (!heard || poolMs > heard.poolMs) heard = { poolMs, wallMs }
    },
    at,
  }
}
