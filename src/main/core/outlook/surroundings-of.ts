import type { Capabilities } from '../../../shared/model/capabilities.ts'
import { PAGE_BYTES } from '../../../shared/units.ts'
import type { Policy } from '../migration/policy.ts'
import type { MemoryTier } from './memory-tiers.ts'
import type { Surroundings, TieredHeat } from './outlook.ts'

/** What is known of a hypervisor's fixed costs and its network, ms and bytes. */
export interface Costs {
  readonly linkBytesPerSecond: number
  readonly roundTripMs: number
  readonly vcpuCount: number
  readonly roundMs: number
  readonly pauseMs: number
  /** 0 where it is not said. */
  readonly switchMs?: number
  /** Bytes of the push under way that a page request waits for which does not overtake it. */
  readonly backlogBytes: number
  readonly pageBytes: number
}

/** How pages go: as the host can be told, and as its policy has requests served. */
export interface PageWays {
  readonly capabilities: Pick<Capabilities, 'pageOrder' | 'requestsBeside'>
  readonly policy: Pick<Policy, 'pageRequests'>
}

/**
 * A migration's surroundings by what its host can be told: pages are ordered, and their log read apart, or they are not. `tiers`
 * are listed by heat.
 */
export const surroundingsOf = (
  tiers: readonly MemoryTier[],
  costs: Costs,
  { capabilities: { pageOrder, requestsBeside }, policy }: PageWays,
): Surroundings => {
  const pagesPerMs = costs.linkBytesPerSecond / costs.pageBytes / 1000
  const overtakes = policy.pageRequests === 'overtake'
  return {
    tiers,
    pagesPerMs,
    roundTripMs: costs.roundTripMs,
    vcpuCount: costs.vcpuCount,
    roundMs: costs.roundMs,
    pauseMs: costs.pauseMs,
    switchMs: costs.switchMs ?? 0,
    backlogMs: overtakes ? 0 : costs.backlogBytes / costs.pageBytes / pagesPerMs,
    order: pageOrder ? 'cold-first' : 'mixed',
    logRead: pageOrder ? 'region' : 'round',
    requests: overtakes && requestsBeside ? 'beside' : 'within',
  }
}

/**
 * The same of a real host, whose tiers are listed as it sends them: by heat where it can be told an order, else as they lie in
 * memory. It counts every write since a round began, in whatever order it sends.
 */
export const hostSurroundings = (
  heat: TieredHeat,
  costs: Omit<Costs, 'pageBytes'>,
  ways: PageWays,
): Surroundings => ({
  ...surroundingsOf(heat.tiers, { ...costs, pageBytes: PAGE_BYTES }, ways),
  ...heat,
  order: ways.capabilities.pageOrder ? 'cold-first' : 'address',
  logRead: 'round',
})
