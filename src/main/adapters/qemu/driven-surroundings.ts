import { z } from 'zod'
import { isAbort } from '../../../shared/failure.ts'
import { MAX_HEAT_REGIONS } from '../../../shared/model/plugin.ts'
import { pagesOf } from '../../../shared/units.ts'
import { stretchesOf } from '../../core/outlook/memory-stretches.ts'
import { type MemoryTier, oneTierOf } from '../../core/outlook/memory-tiers.ts'
import type { Surroundings } from '../../core/outlook/outlook.ts'
import { hostSurroundings, type PageWays } from '../../core/outlook/surroundings-of.ts'
import { readDirtyPages } from './dirty-rate.ts'
import { memoryFileOf } from './memory-file-of.ts'
import { MemoryHeat } from './memory-heat.ts'
import type { MigrationPlan } from './migration-setup.ts'
import type { QmpClient } from './qmp-client.ts'
import { memorySize } from './qmp-commands.ts'

/** Before a migration its dirty rate is read over so long, ms. */
const RATE_WINDOW_MS = 1_000
/** What a page request costs the guest: on one machine as requests per push were counted, on a local network a guess. */
const roundTripMsOf = (uri: string): number => (uri.startsWith('unix:') ? 0.05 : 0.2)
/** Standing still with nothing to send, ms: 5 to 21 in the table of docs/qemu.md. */
const PAUSE_MS = 10
/** A switch discards what is old at the destination, page by page, and the guest begins with missing pages: a guess. */
const SWITCH_MS = 15
/** QEMU's limits act in windows of 100 ms, and a page request that queues waits behind what is in the window. */
const WINDOW_MS = 100

const vcpus = { command: 'query-cpus-fast', answer: z.array(z.unknown()) }

/** What is known of a guest's memory before it moves. */
interface Memory {
  readonly tiers: readonly MemoryTier[]
  /** 0 where nobody has counted them. */
  readonly zeroPages: number
}

/** Memory by the file it lies in; null where there is none that can be read. */
const readFile = async (source: QmpClient, signal: AbortSignal): Promise<Memory | null> => {
  const file = await memoryFileOf(source)
  if (file === null) return null
  const heat = new MemoryHeat()
  try {
    const memoryBytes = await source.ask(memorySize)
    const reading = await heat.read({ file, memoryBytes }, MAX_HEAT_REGIONS, signal)
    const contentPages = reading.contentPages.reduce((sum, pages) => sum + pages, 0)
    return { tiers: stretchesOf(reading), zeroPages: reading.totalPages - contentPages }
  } catch (error) {
    if (isAbort(error)) throw error
    return null
  } finally {
    await heat.close()
  }
}

const readWhole = async (source: QmpClient, signal: AbortSignal): Promise<Memory> => {
  const totalPages = pagesOf(await source.ask(memorySize))
  const dirtyPages = await readDirtyPages(source, RATE_WINDOW_MS, signal)
  const dirtyPagesPerSecond = dirtyPages * (1000 / RATE_WINDOW_MS)
  return { tiers: oneTierOf({ totalPages, dirtyPagesPerSecond }), zeroPages: 0 }
}

/** How a VM is about to be moved. */
interface Way extends Pick<MigrationPlan, 'uri' | 'linkBytesPerSecond'> {
  readonly pageWays: PageWays
}

/** What a policy can reckon with of a VM that is about to be moved, as its source tells. */
export const readSurroundings = async (
  source: QmpClient,
  { uri, linkBytesPerSecond, pageWays }: Way,
  signal: AbortSignal,
): Promise<{ readonly surroundings: Surroundings; readonly zeroPages: number }> => {
  const { tiers, zeroPages } = (await readFile(source, signal)) ?? (await readWhole(source, signal))
  const costs = {
    linkBytesPerSecond,
    roundTripMs: roundTripMsOf(uri),
    vcpuCount: Math.max(1, (await source.ask(vcpus)).length),
    roundMs: 0,
    pauseMs: PAUSE_MS,
    switchMs: SWITCH_MS,
    backlogBytes: (linkBytesPerSecond * WINDOW_MS) / 1000,
  }
  return { surroundings: hostSurroundings(tiers, costs, pageWays), zeroPages }
}
