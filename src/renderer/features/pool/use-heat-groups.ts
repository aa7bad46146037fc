import { useMemo } from 'react'
import type { Host } from '../../../shared/model/host.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { useUi } from '../../state/index.ts'
import type { HeatGroup } from './heat-lines.ts'
import { shapeGroups } from './shape-words.ts'
import { useShapes } from './use-shapes.ts'

const byHost = (hosts: readonly Host[], vms: readonly Vm[]): readonly HeatGroup[] => {
  const idsOn = (hostId: string | null) => vms.filter(vm => vm.hostId === hostId).map(vm => vm.id)
  return [
    ...hosts.map(host => ({ heading: host.name, ids: idsOn(host.id) })),
    { heading: 'on no host', ids: idsOn(null) },
  ]
}

/** The rows of the heatmap as the operator groups them, in the order given; without hosts they are the VMs of one. */
export const useHeatGroups = (
  poolId: string | undefined,
  hosts: readonly Host[],
  vms: readonly Vm[],
): { readonly groups: readonly HeatGroup[]; readonly trouble: string | null } => {
  const by = useUi(s => s.heatBy)
  const group = useUi(s => s.heatGroup)
  const isOfHosts = by === 'hosts' && hosts.length > 0
  const isByShape = !isOfHosts && group === 'shape'
  const state = useShapes(isByShape ? poolId : undefined)
  const shapes = state.state === 'read' ? state.shapes : null
  const groups = useMemo(() => {
    if (isOfHosts) return [{ heading: null, ids: hosts.map(host => host.id) }]
    const ids = vms.map(vm => vm.id)
    if (group === 'shape') return shapeGroups(shapes, ids)
    return group === 'host' && hosts.length > 0 ? byHost(hosts, vms) : [{ heading: null, ids }]
  }, [isOfHosts, group, hosts, vms, shapes])
  return { groups, trouble: isByShape && state.state === 'failed' ? state.because : null }
}
