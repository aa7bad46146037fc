import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { MemoryTier } from './memory-tiers.ts'
import type { Surroundings } from './outlook.ts'

/** What is known of a hypervisor's fixed costs and its network, ms and bytes. */
export interface Costs {
  readonly linkPagesPerMs: number
  readonly roundTripMs: number
  readonly vcpuCount: number
  readonly roundMs: number
  readonly pauseMs: number
  /** 0 where it is not said. */
  readonly switchMs?: number
  /** Bytes of the push under way when a page request comes in; 0 where requests overtake it. */
  readonly backlogBytes: number
  readonly pageBytes: number
}

/**
 * A migration's surroundings by what its host can be told: pages are ordered, and their log read apart, or they are not. `tiers`
 * are listed by heat.
 */
export const surroundingsOf = (
  tiers: readonly MemoryTier[],
  costs: Costs,
  { pageOrder }: Pick<Capabilities, 'pageOrder'>,
): Surroundings => ({
  tiers,
  pagesPerMs: costs.linkPagesPerMs,
  roundTripMs: costs.roundTripMs,
  vcpuCount: costs.vcpuCount,
  roundMs: costs.roundMs,
  pauseMs: costs.pauseMs,
  switchMs: costs.switchMs ?? 0,
  backlogMs: costs.backlogBytes / costs.pageBytes / costs.linkPagesPerMs,
  order: pageOrder ? 'cold-first' : 'mixed',
  logRead: pageOrder ? 'region' : 'round',
  requests: 'within',
})
