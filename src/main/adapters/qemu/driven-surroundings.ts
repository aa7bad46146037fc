import { z } from 'zod'
import type { MemoryTier } from '../../core/outlook/memory-tiers.ts'
import type { Surroundings } from '../../core/outlook/outlook.ts'
import { hostSurroundings, type PageWays } from '../../core/outlook/surroundings-of.ts'
import type { MigrationPlan } from './migration-setup.ts'
import type { QmpClient } from './qmp-client.ts'

/** What a page request costs the guest: on one machine as requests per push were counted, on a local network a guess. */
const roundTripMsOf = (uri: string): number => (uri.startsWith('unix:') ? 0.05 : 0.2)
/** Standing still with next to nothing to send, ms: 4 to 10 for the idle guest in the table of docs/qemu.md. */
const PAUSE_MS = 10
/** A switch discards what is old at the destination, page by page, and the guest begins with missing pages: a guess. */
const SWITCH_MS = 15
/** QEMU's limits act in windows of 100 ms, and a page request that queues waits behind what is in the window. */
const WINDOW_MS = 100

const vcpus = { command: 'query-cpus-fast', answer: z.array(z.unknown()) }

/** How a VM is about to be moved. */
interface Way extends Pick<MigrationPlan, 'uri' | 'linkBytesPerSecond'> {
  readonly pageWays: PageWays
}

/** What a policy can reckon with of a VM that is about to be moved, whose memory is written like this. */
export const readSurroundings = async (
  source: QmpClient,
  { uri, linkBytesPerSecond, pageWays }: Way,
  tiers: readonly MemoryTier[],
): Promise<Surroundings> => {
  const costs = {
    linkBytesPerSecond,
    roundTripMs: roundTripMsOf(uri),
    vcpuCount: Math.max(1, (await source.ask(vcpus)).length),
    roundMs: 0,
    pauseMs: PAUSE_MS,
    switchMs: SWITCH_MS,
    backlogBytes: (linkBytesPerSecond * WINDOW_MS) / 1000,
  }
  return hostSurroundings({ tiers }, costs, pageWays)
}
