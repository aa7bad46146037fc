import type { Migration } from '../../shared/model/migration.ts'
import { AVERAGE_STEP_MS } from '../../shared/model/sample.ts'
import { windowPages } from '../core/estimate/window-pages.ts'
import type { Store } from '../ports/store.ts'

/** What a VM dirtied while it migrated in an earlier run, and how busy it was. */
export interface PastDirtying {
  readonly vmId: string
  /** Unique pages in a window of 1 s. */
  readonly pagesPerSecond: number
  /** Mean CPU use over all vCPUs while its rounds were live, 0..1. */
  readonly cpuRatio: number
}

/** The newest of each VM, and of all, that are looked at: the mean of a coefficient is mostly made of the last ten. */
const MIGRATIONS_PER_VM = 10
const MIGRATIONS = 200

/**
 * What stored migrations, newest first, tell of their VMs, oldest first. One of which no CPU use is kept any more tells
 * nothing: its pages cannot be said for each busy vCPU.
 */
export const readPastDirtying = async (
  store: Pick<Store, 'series'>,
  migrations: readonly Migration[],
): Promise<readonly PastDirtying[]> => {
  const taken = new Map<string, number>()
  const newest = migrations.filter(({ vmId, endedAtMs }) => {
    if (endedAtMs === null) return false
    const count = (taken.get(vmId) ?? 0) + 1
    taken.set(vmId, count)
    return count <= MIGRATIONS_PER_VM
  })
  const told = await Promise.all(
    newest.slice(0, MIGRATIONS).map(migration => pastDirtyingOf(store, migration)),
  )
  return told.flatMap(one => one ?? []).toReversed()
}

const pastDirtyingOf = async (
  store: Pick<Store, 'series'>,
  { vmId, rounds }: Migration,
): Promise<PastDirtying | undefined> => {
  const pagesPerSecond = windowPages(rounds)
  const live = rounds.filter(round => round.live)
  const [first, last] = [live.at(0), live.at(-1)]
  if (pagesPerSecond === undefined || !first || !last) return undefined
  const toMs = last.startedAtMs + last.ms
  // An average stands at the beginning of its stretch.
  const { atMs, cpuRatio, sampleCounts } = await store.series(vmId, first.startedAtMs - AVERAGE_STEP_MS, toMs)
  const during = cpuRatio.filter(
    (ratio, row) =>
      Number.isFinite(ratio) && ((sampleCounts?.[row] ?? 1) > 1 || (atMs[row] ?? 0) >= first.startedAtMs),
  )
  if (during.length === 0) return undefined
  return { vmId, pagesPerSecond, cpuRatio: during.reduce((sum, ratio) => sum + ratio, 0) / during.length }
}
