import type { FleetState } from '../../state/index.ts'

/** How many VMs are at high risk: in all, by host id and by pool id. */
export interface RiskCounts {
  readonly total: number
  readonly byHost: ReadonlyMap<string, number>
  readonly byPool: ReadonlyMap<string, number>
}

let last: { readonly of: Pick<FleetState, 'risks' | 'vmsById'>; readonly counts: RiskCounts } | undefined

/** Counts of the present risks; computed once per tick however many rows ask. */
export const riskCounts = ({ risks, vmsById }: Pick<FleetState, 'risks' | 'vmsById'>): RiskCounts => {
  if (last && last.of.risks === risks && last.of.vmsById === vmsById) return last.counts
  const byHost = new Map<string, number>()
  const byPool = new Map<string, number>()
  let total = 0
  for (const vmId of risks.idsWhere('level', 'high')) {
    const vm = vmsById.get(vmId)
    if (!vm) continue
    total++
    byPool.set(vm.poolId, (byPool.get(vm.poolId) ?? 0) + 1)
    if (vm.hostId !== null) byHost.set(vm.hostId, (byHost.get(vm.hostId) ?? 0) + 1)
  }
  const counts = { total, byHost, byPool }
  last = { of: { risks, vmsById }, counts }
  return counts
}
