import type { Migration } from '../../shared/model/migration.ts'
import { type FleetState, hashOf, type Route } from '../state/index.ts'

export interface Crumb {
  readonly id: 'screen' | 'pool' | 'host' | 'vm' | 'migration'
  readonly word: string
  /** Null for where we are. */
  readonly hash: string | null
}

const fleet: Crumb = { id: 'screen', word: 'Fleet', hash: hashOf({ screen: 'fleet' }) }

type Places = Pick<FleetState, 'vmsById' | 'hostsById' | 'poolsById'>

const poolCrumb = (poolId: string, poolsById: Places['poolsById']): Crumb => ({
  id: 'pool',
  word: poolsById.get(poolId)?.name ?? 'pool',
  hash: hashOf({ screen: 'pool', poolId }),
})

const hostCrumbs = (hostId: string, { hostsById, poolsById }: Places): readonly Crumb[] => {
  const host = hostsById.get(hostId)
  if (!host) return [fleet, { id: 'host', word: 'host', hash: null }]
  return [fleet, poolCrumb(host.poolId, poolsById), { id: 'host', word: host.name, hash: null }]
}

const vmCrumbs = (vmId: string, { vmsById, hostsById, poolsById }: Places): readonly Crumb[] => {
  const vm = vmsById.get(vmId)
  if (!vm) return [fleet, { id: 'vm', word: 'VM', hash: null }]
  const host = vm.hostId === null ? undefined : hostsById.get(vm.hostId)
  return [
    fleet,
    poolCrumb(vm.poolId, poolsById),
    host
      ? { id: 'host', word: host.name, hash: hashOf({ screen: 'host', hostId: host.id }) }
      : { id: 'host', word: 'no host', hash: fleet.hash },
    { id: 'vm', word: vm.name, hash: null },
  ]
}

const hostName = (id: string, { hostsById }: Places): string => hostsById.get(id)?.name ?? 'unknown host'

/** The way to where the window is. What is not known, or not yet, goes by its kind: the screen says which. */
export const breadcrumb = (
  route: Route,
  places: Places,
  migration: Migration | undefined,
): readonly Crumb[] => {
  switch (route.screen) {
    case 'fleet':
      return [{ id: 'screen', word: 'Fleet', hash: null }]
    case 'vm':
      return vmCrumbs(route.vmId, places)
    case 'pool':
      return [fleet, { ...poolCrumb(route.poolId, places.poolsById), hash: null }]
    case 'host':
      return hostCrumbs(route.hostId, places)
    case 'migrations':
      return [{ id: 'screen', word: 'Migrations', hash: null }]
    case 'migration': {
      const way = migration
        ? `${migration.vmName}, ${hostName(migration.sourceHostId, places)} → ${hostName(migration.destinationHostId, places)}`
        : 'migration'
      return [
        { id: 'screen', word: 'Migrations', hash: hashOf({ screen: 'migrations' }) },
        { id: 'migration', word: way, hash: null },
      ]
    }
    case 'decisions':
      return [{ id: 'screen', word: 'Decisions', hash: null }]
    case 'settings':
      return [{ id: 'screen', word: 'Settings', hash: null }]
  }
}
