import { useMemo } from 'react'
import type { Host } from '../../../shared/model/host.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { useFleet } from '../../state/index.ts'

interface PoolParts {
  readonly hosts: readonly Host[]
  readonly vms: readonly Vm[]
  /** VMs by the host they run on. */
  readonly vmCounts: ReadonlyMap<string, number>
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
const byName = (a: { readonly name: string }, b: { readonly name: string }) =>
  collator.compare(a.name, b.name)

/** The hosts and VMs of a pool in the order of their names. */
export const usePoolParts = (poolId: string | undefined): PoolParts => {
  const allHosts = useFleet(s => s.hosts)
  const allVms = useFleet(s => s.vms)
  return useMemo(() => {
    const hosts = allHosts.filter(host => host.poolId === poolId).sort(byName)
    const vms = allVms.filter(vm => vm.poolId === poolId).sort(byName)
    const vmCounts = new Map<string, number>()
    for (const { hostId } of vms) if (hostId) vmCounts.set(hostId, (vmCounts.get(hostId) ?? 0) + 1)
    return { hosts, vms, vmCounts }
  }, [allHosts, allVms, poolId])
}
