import type { MemoryTier } from './memory-tiers.ts'
import { leastPushMs, pushOf, requestMs } from './push.ts'

/** How memory is written, as it was read; pages of content only, zero pages cost next to nothing. */
export interface TieredHeat {
  readonly tiers: readonly MemoryTier[]
  /** When, in ms of the migration's clock; absent: before it began. */
  readonly readAtMs?: number
}

/** A migration's surroundings as a forecast needs them. */
export interface Surroundings extends TieredHeat {
  readonly pagesPerMs: number
  readonly roundTripMs: number
  readonly vcpuCount: number
  /** Round, pause and resume, as the hypervisor's fixed costs. */
  readonly roundMs: number
  readonly pauseMs: number
  /** The guest stands still so much longer when it is switched than when it is stopped. */
  readonly switchMs: number
  /**
   * Which pages go first. `cold-first`: the host is told so, and tiers are listed by heat; after a switch the hottest go first.
   * `address`: tiers are stretches of memory, listed as they lie; after a switch the host begins anew with the first.
   * `mixed`: pages go by address, and nothing is known of where those of a tier lie.
   */
  readonly order: 'cold-first' | 'address' | 'mixed'
  /**
   * When the dirty log is read: for each `region` just before it is sent, so that only later writes count, or between
   * rounds, so that every write since the round began counts.
   */
  readonly logRead: 'region' | 'round'
  /** Ms that a requested page waits behind the push. */
  readonly backlogMs: number
  /** Whether pages that are asked for after a switch are sent within what the link is given, or beside it. */
  readonly requests: 'within' | 'beside'
}

/** Pages of each tier: not yet sent in the running round, arrived and unchanged since, dirtied since they arrived. */
export interface Standing {
  readonly unsent: Float64Array
  readonly clean: Float64Array
  readonly dirty: Float64Array
  /** Since the running round began. */
  readonly roundMs: number
  readonly elapsedMs: number
  readonly pagesSent: number
}

/** What is to come of a migration. */
export interface Outlook {
  readonly totalMs: number
  readonly downtimeMs: number
  readonly stallMs: number
  /** Guest time lost to waiting for pages. */
  readonly lostMs: number
  readonly pagesSent: number
  readonly faults: number
}

/** Before the first page is sent. */
export const atTheStart = ({ tiers }: Surroundings): Standing => ({
  unsent: Float64Array.from(tiers, tier => tier.pages),
  clean: new Float64Array(tiers.length),
  dirty: new Float64Array(tiers.length),
  roundMs: 0,
  elapsedMs: 0,
  pagesSent: 0,
})

/** The surroundings with every tier written `factor` times as often. */
export const written = (around: Surroundings, factor: number): Surroundings => ({
  ...around,
  tiers: around.tiers.map(tier => ({ ...tier, writesPerPageSecond: tier.writesPerPageSecond * factor })),
})

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)

/** Mean share of pages sent evenly over `ms` that nobody has written by its end: (1 - exp(-x)) / x. */
const stillClean = (writesPerPageMs: number, ms: number): number => {
  const x = writesPerPageMs * ms
  return x < 1e-9 ? 1 : -Math.expm1(-x) / x
}

/**
 * Lets pages flow for `ms` of a live round, or until the round has none left; returns the standing and the ms used. Each
 * tier's pages are written at random, so what is clean decays exponentially.
 */
export const advance = (
  { tiers, pagesPerMs, order, logRead }: Surroundings,
  standing: Standing,
  ms: number,
): { readonly standing: Standing; readonly usedMs: number } => {
  const unsent = Float64Array.from(standing.unsent)
  const clean = Float64Array.from(standing.clean)
  const dirty = Float64Array.from(standing.dirty)
  let left = Math.min(ms, sum(unsent) / pagesPerMs)
  const usedMs = left
  let roundMs = standing.roundMs
  while (left > 1e-9) {
    const first = unsent.findIndex(pages => pages > 1e-6)
    if (first < 0) break
    const waiting = order === 'mixed' ? sum(unsent) : (unsent[first] ?? 0)
    const stepMs = Math.min(left, waiting / pagesPerMs)
    const share = (stepMs * pagesPerMs) / waiting
    for (let tier = 0; tier < tiers.length; tier++) {
      const rate = (tiers[tier]?.writesPerPageSecond ?? 0) / 1000
      const sent = order !== 'mixed' && tier !== first ? 0 : (unsent[tier] ?? 0) * share
      const before = clean[tier] ?? 0
      const kept = before * Math.exp(-rate * stepMs)
      const arrived =
        sent * (logRead === 'region' ? stillClean(rate, stepMs) : Math.exp(-rate * (roundMs + stepMs)))
      unsent[tier] = (unsent[tier] ?? 0) - sent
      clean[tier] = kept + arrived
      dirty[tier] = (dirty[tier] ?? 0) + before - kept + sent - arrived
    }
    left -= stepMs
    roundMs += stepMs
  }
  return {
    standing: {
      unsent,
      clean,
      dirty,
      roundMs,
      elapsedMs: standing.elapsedMs + usedMs,
      pagesSent: standing.pagesSent + usedMs * pagesPerMs,
    },
    usedMs,
  }
}

/** Begins the next round: it sends what is dirty. */
export const nextRound = ({ tiers, roundMs, roundTripMs }: Surroundings, standing: Standing): Standing => {
  const idleMs = roundMs + roundTripMs
  const clean = Float64Array.from(standing.clean)
  const unsent = Float64Array.from(standing.dirty)
  for (let tier = 0; tier < tiers.length; tier++) {
    const kept = (clean[tier] ?? 0) * Math.exp((-(tiers[tier]?.writesPerPageSecond ?? 0) / 1000) * idleMs)
    unsent[tier] = (unsent[tier] ?? 0) + (clean[tier] ?? 0) - kept
    clean[tier] = kept
  }
  return {
    ...standing,
    unsent,
    clean,
    dirty: new Float64Array(tiers.length),
    roundMs: 0,
    elapsedMs: standing.elapsedMs + idleMs,
  }
}

const missingOf = ({ unsent, dirty }: Standing): Float64Array =>
  Float64Array.from(unsent, (pages, tier) => pages + (dirty[tier] ?? 0))

/** No more favourable outlook has any way on: what is missing is sent once more at the most, and the guest never waits. */
export const leastAhead = (around: Surroundings, standing: Standing): Outlook => {
  const missing = sum(missingOf(standing))
  const downtimeMs = around.pauseMs + around.roundTripMs
  return {
    totalMs: standing.elapsedMs + downtimeMs + leastPushMs(around, missing),
    downtimeMs,
    stallMs: 0,
    lostMs: 0,
    pagesSent: standing.pagesSent + missing,
    faults: 0,
  }
}

/** If the guest is stopped now and the rest copied while it stands. */
export const ifStopped = (around: Surroundings, standing: Standing): Outlook => {
  const missing = sum(missingOf(standing))
  const downtimeMs = around.pauseMs + around.roundTripMs + missing / around.pagesPerMs
  return {
    totalMs: standing.elapsedMs + downtimeMs,
    downtimeMs,
    stallMs: 0,
    lostMs: 0,
    pagesSent: standing.pagesSent + missing,
    faults: 0,
  }
}

/** A wait shorter than this leaves the guest's heartbeat whole (its period is 10 ms, a gap counts from two of them). */
const HEARD_MS = 10
/** A beat is late by the wait less, on average, half a period. */
const HALF_BEAT_MS = 5

/** If the guest goes over now and the rest follows in the order of the surroundings. */
export const ifSwitched = (around: Surroundings, standing: Standing): Outlook => {
  const { roundTripMs, vcpuCount, pauseMs, switchMs } = around
  const missing = missingOf(standing)
  const push = pushOf(around, missing)
  const waitMs = requestMs(around)
  const downtimeMs = pauseMs + switchMs + roundTripMs
  return {
    totalMs: standing.elapsedMs + downtimeMs + push.ms,
    downtimeMs,
    stallMs: waitMs > HEARD_MS ? (push.faults / vcpuCount) * (waitMs - HALF_BEAT_MS) : 0,
    lostMs: push.lostMs,
    pagesSent: standing.pagesSent + sum(missing),
    faults: push.faults,
  }
}
