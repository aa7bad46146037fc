import { createStore } from 'zustand/vanilla'
import type { MigrationItem } from '../../shared/contract/migration.ts'
import type { Migration, MigrationPhase } from '../../shared/model/migration.ts'
import { AWAITING, type FeedStatus, heard } from './feed-status.ts'

export interface MigrationState {
  readonly feed: FeedStatus
  readonly byId: ReadonlyMap<string, Migration>
  /** Newest first by start. */
  readonly list: readonly Migration[]
  /** The migration under way of each VM that has one. */
  readonly runningByVm: ReadonlyMap<string, Migration>
}

const ended: ReadonlySet<MigrationPhase> = new Set(['completed', 'failed', 'cancelled'])

/** Whether a migration is still under way. */
export const isRunning = (migration: Migration): boolean => !ended.has(migration.phase)

const initial = (): MigrationState => ({ feed: AWAITING, byId: new Map(), list: [], runningByVm: new Map() })

/** The migrations after an item; the first item of a subscription is the whole state and replaces all. */
export const migrationsAfter = (
  state: MigrationState,
  item: MigrationItem,
  { nowMs, isFirst }: { readonly nowMs: number; readonly isFirst: boolean },
): MigrationState => {
  const byId = new Map(isFirst ? [] : state.byId)
  for (const migration of item.migrations) byId.set(migration.id, migration)
  const list = [...byId.values()].sort((a, b) => b.startedAtMs - a.startedAtMs || (a.id < b.id ? 1 : -1))
  const runningByVm = new Map(list.filter(isRunning).map(m => [m.vmId, m] as const))
  return { feed: heard(state.feed, nowMs), byId, list, runningByVm }
}

export const migrationStore = createStore<MigrationState>(initial)
