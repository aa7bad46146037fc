import { useMemo } from 'react'
import type { Migration } from '../../../shared/model/migration.ts'
import { fleetStore, useFleet, useMigrations, useUi } from '../../state/index.ts'
import { type ListContext, sortedMigrations } from './migration-columns.ts'
import { matchesFilter } from './migration-filter.ts'

const contextOf = (migration: Migration): ListContext => {
  const { hostsById, poolTimeMs } = fleetStore.getState()
  const source = hostsById.get(migration.sourceHostId)
  return {
    nowMs: poolTimeMs.get(source?.poolId ?? ''),
    source: source?.name ?? 'unknown host',
    destination: hostsById.get(migration.destinationHostId)?.name ?? 'unknown host',
  }
}

/** The migrations that the filter lets through, in the order asked for, those under way first. */
export const useListedMigrations = (): readonly Migration[] => {
  const list = useMigrations(state => state.list)
  const sort = useUi(state => state.migrationSort)
  const filter = useUi(state => state.migrationFilter)
  const hostsById = useFleet(state => state.hostsById)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names of hosts are sorted and filtered by
  return useMemo(() => {
    const shown = list.filter(migration => matchesFilter(filter, migration, contextOf(migration)))
    return sortedMigrations(shown, sort, contextOf)
  }, [list, sort, filter, hostsById])
}
