import { useMemo } from 'react'
import { useFleet } from '../../state/index.ts'
import { HeatMap } from './HeatMap.tsx'
import { HostsTable } from './HostsTable.tsx'
import { Missing } from './Missing.tsx'
import { PoolHeader } from './PoolHeader.tsx'
import { PoolStanding } from './PoolStanding.tsx'
import styles from './pool.module.css'
import { useHeatGroups } from './use-heat-groups.ts'
import { useNameOf } from './use-name-of.ts'
import { usePoolParts } from './use-pool-parts.ts'

/** One pool: its hosts' load and headroom, the heat of hosts or VMs over time. */
export const PoolScreen = ({ poolId }: { readonly poolId: string }) => {
  const pool = useFleet(s => s.poolsById.get(poolId))
  const loads = useFleet(s => s.hostLoads)
  const { hosts, vms, vmCounts } = usePoolParts(poolId)
  const poolLoads = useMemo(() => hosts.flatMap(host => loads.get(host.id) ?? []), [hosts, loads])
  const { groups, trouble } = useHeatGroups(poolId, hosts, vms)
  const nameOf = useNameOf()
  if (!pool) return <Missing kind="pool" id={poolId} />
  return (
    <article className={styles.screen}>
      <PoolStanding poolId={poolId} />
      <PoolHeader pool={pool} hosts={hosts} vmCount={vms.length} loads={poolLoads} />
      <HeatMap poolId={poolId} groups={groups} trouble={trouble} nameOf={nameOf} />
      <HostsTable hosts={hosts} vmCounts={vmCounts} loads={loads} />
    </article>
  )
}
