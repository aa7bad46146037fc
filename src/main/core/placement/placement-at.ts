import type { Migration } from '../../../shared/model/migration.ts'
import type { Vm } from '../../../shared/model/vm.ts'

/**
 * The host of each VM at a pool time, by VM id: where it is now, with the moves since then taken back. Only migrations
 * that are known to Longshore can be.
 */
export const placementAt = (
  vms: readonly Pick<Vm, 'id' | 'hostId'>[],
  migrations: readonly Pick<Migration, 'vmId' | 'phase' | 'endedAtMs' | 'sourceHostId'>[],
  atMs: number,
): ReadonlyMap<string, string | null> => {
  const hosts = new Map(vms.map(vm => [vm.id, vm.hostId]))
  const since = migrations
    .filter(move => move.phase === 'completed' && (move.endedAtMs ?? 0) > atMs)
    .toSorted((a, b) => (b.endedAtMs ?? 0) - (a.endedAtMs ?? 0))
  for (const { vmId, sourceHostId } of since) if (hosts.has(vmId)) hosts.set(vmId, sourceHostId)
  return hosts
}
