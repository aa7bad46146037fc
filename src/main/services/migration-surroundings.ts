import type { Migration } from '../../shared/model/migration.ts'
import { FIXED_PAUSE_MS } from '../core/migration/predict-outcome.ts'
import { oneTierOf } from '../core/outlook/memory-tiers.ts'
import type { Surroundings, TieredHeat } from '../core/outlook/outlook.ts'
import { hostSurroundings, type PageWays } from '../core/outlook/surroundings-of.ts'

/** Between the hosts of a pool; no server tells it. A guess for one local network. */
const ROUND_TRIP_MS = 0.5
/** From the end of a round to the next: the report's way here and the answer's way back. A guess. */
const ANSWER_MS = 20

export interface KnownOfMemory {
  /** As last read while it migrates, by heat or address as its host sends it; null before the first reading. */
  readonly heat: TieredHeat | null
  /** As last measured, estimated or held; null where there is none. */
  readonly dirtyPagesPerSecond: number | null
}

/** What a policy may reckon with of a guest's memory and its link; null where nothing is known of the memory. */
export const migrationSurroundings = (
  migration: Pick<Migration, 'memoryPages' | 'linkBytesPerSecond'>,
  { heat: read, dirtyPagesPerSecond }: KnownOfMemory,
  { vcpuCount, ...pageWays }: PageWays & { readonly vcpuCount: number },
): Surroundings | null => {
  const { memoryPages: totalPages, linkBytesPerSecond } = migration
  const heat =
    read ?? (dirtyPagesPerSecond === null ? null : { tiers: oneTierOf({ totalPages, dirtyPagesPerSecond }) })
  if (heat === null || linkBytesPerSecond <= 0) return null
  const costs = {
    linkBytesPerSecond,
    roundTripMs: ROUND_TRIP_MS,
    vcpuCount: Math.max(1, vcpuCount),
    roundMs: ANSWER_MS,
    pauseMs: FIXED_PAUSE_MS,
    backlogBytes: 0,
  }
  return hostSurroundings(heat, costs, pageWays)
}
