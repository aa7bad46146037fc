import { isAbort } from '../../../shared/failure.ts'
import { MAX_HEAT_REGIONS } from '../../../shared/model/plugin.ts'
import { pagesOf } from '../../../shared/units.ts'
import { stretchesOf } from '../../core/outlook/memory-stretches.ts'
import { oneTierOf } from '../../core/outlook/memory-tiers.ts'
import type { TieredHeat } from '../../core/outlook/outlook.ts'
import type { Clock } from '../../ports/clock.ts'
import { readDirtyPages } from './dirty-rate.ts'
import { memoryFileOf } from './memory-file-of.ts'
import { MemoryHeat } from './memory-heat.ts'
import type { QmpClient } from './qmp-client.ts'
import { memorySize } from './qmp-commands.ts'

/** Before a migration its dirty rate is read over so long, ms. */
const RATE_WINDOW_MS = 1_000
/** Memory is told by few stretches: so many regions of it are looked at during a migration. */
const SAMPLED_REGIONS = 512
/** From one look at memory during a migration to the next, ms. A guess. */
const REST_MS = 500

/** A guest's memory as it is before it is moved. */
export interface DrivenMemory {
  /** Null where nothing tells how it is written. */
  readonly tiers: TieredHeat['tiers'] | null
  /** 0 where nobody has counted them. */
  readonly zeroPages: number
  /** Looks again and again, until it is aborted; tells nothing where a look would disturb the migration. */
  watch(onHeat: (heat: TieredHeat) => void, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** By the file it lies in; null where there is none that can be read. */
const openFile = async (
  source: QmpClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<DrivenMemory | null> => {
  const file = await memoryFileOf(source)
  if (file === null) return null
  const from = { file, memoryBytes: await source.ask(memorySize) }
  const heat = new MemoryHeat()
  const watch: DrivenMemory['watch'] = async (onHeat, watching) => {
    while (!watching.aborted) {
      await clock.wait(REST_MS, watching)
      const readAtMs = clock.now()
      // What cannot be read for once stands as it was read.
      const seen = await heat.sample(from, SAMPLED_REGIONS, watching).catch(() => null)
      if (seen !== null) onHeat({ tiers: stretchesOf(seen), readAtMs })
    }
  }
  try {
    const reading = await heat.read(from, MAX_HEAT_REGIONS, signal)
    const contentPages = reading.contentPages.reduce((sum, pages) => sum + pages, 0)
    const zeroPages = reading.totalPages - contentPages
    return { tiers: stretchesOf(reading), zeroPages, watch, close: () => heat.close() }
  } catch (error) {
    await heat.close()
    if (isAbort(error)) throw error
    return null
  }
}

/** By QEMU's measure of the whole, which cannot be taken during a migration; null where QEMU has none. */
const measureTiers = async (source: QmpClient, signal: AbortSignal): Promise<DrivenMemory['tiers']> => {
  const totalPages = pagesOf(await source.ask(memorySize))
  try {
    const dirtyPages = await readDirtyPages(source, RATE_WINDOW_MS, signal)
    return oneTierOf({ totalPages, dirtyPagesPerSecond: dirtyPages * (1000 / RATE_WINDOW_MS) })
  } catch (error) {
    if (isAbort(error)) throw error
    // Somebody else may be measuring, or the QEMU be old: a VM is not held back by that.
    return null
  }
}

const measureWhole = async (source: QmpClient, signal: AbortSignal): Promise<DrivenMemory> => ({
  tiers: await measureTiers(source, signal),
  zeroPages: 0,
  watch: async () => {},
  close: async () => {},
})

export const openMemory = async (
  source: QmpClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<DrivenMemory> => (await openFile(source, clock, signal)) ?? (await measureWhole(source, signal))
