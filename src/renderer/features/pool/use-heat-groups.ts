import { useMemo } from 'react'
import type { Host } from '../../../shared/model/host.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { useUi } from '../../state/index.ts'
import type { HeatGroup } from './heat-lines.ts'

const byHost = (hosts: readonly Host[], vms: readonly Vm[]): readonly HeatGroup[] => {
  const idsOn = (hostId: string | null) => vms.filter(vm => vm.hostId === hostId).map(vm => vm.id)
  return [
    ...hosts.map(host => ({ heading: host.name, ids: idsOn(host.id) })),
    { heading: 'on no host', ids: idsOn(null) },
  ]
}

/** The rows of the heatmap as the operator groups them, in the order of their names. */
export const useHeatGroups = (hosts: readonly Host[], vms: readonly Vm[]): readonly HeatGroup[] => {
  const by = useUi(s => s.heatBy)
  const group = useUi(s => s.heatGroup)
  return useMemo(() => {
    if (by === 'hosts' && hosts.length > 0) return [{ heading: null, ids: hosts.map(host => host.id) }]
    if (group === 'host' && hosts.length > 0) return byHost(hosts, vms)
    return [{ heading: null, ids: vms.map(vm => vm.id) }]
  }, [by, group, hosts, vms])
}
