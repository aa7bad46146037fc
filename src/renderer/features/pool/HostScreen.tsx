import { useMemo } from 'react'
import type { Host } from '../../../shared/model/host.ts'
import { useFleet } from '../../state/index.ts'
import { HeatMap } from './HeatMap.tsx'
import { HostHeader } from './HostHeader.tsx'
import { HostVms } from './HostVms.tsx'
import { Missing } from './Missing.tsx'
import { PoolStanding } from './PoolStanding.tsx'
import styles from './pool.module.css'
import { useHeatGroups } from './use-heat-groups.ts'
import { useNameOf } from './use-name-of.ts'
import { usePoolParts } from './use-pool-parts.ts'

/** The rows of a host are its VMs. */
const NO_HOSTS: readonly Host[] = []

/** One host: what is free of it now and soon, and the VMs that use it; `atMs` is the pool time that is looked at. */
export const HostScreen = ({
  hostId,
  atMs,
}: {
  readonly hostId: string
  readonly atMs?: number | undefined
}) => {
  const host = useFleet(s => s.hostsById.get(hostId))
  const load = useFleet(s => s.hostLoads.get(hostId))
  const { vms } = usePoolParts(host?.poolId)
  const itsVms = useMemo(() => vms.filter(vm => vm.hostId === hostId), [vms, hostId])
  const { groups, trouble } = useHeatGroups(host?.poolId, NO_HOSTS, itsVms)
  const nameOf = useNameOf()
  if (!host) return <Missing kind="host" id={hostId} />
  return (
    <article className={styles.screen}>
      <PoolStanding poolId={host.poolId} />
      <HostHeader host={host} load={load} />
      <HeatMap
        poolId={host.poolId}
        hostId={hostId}
        groups={groups}
        trouble={trouble}
        nameOf={nameOf}
        markedAtMs={atMs}
      />
      <HostVms host={host} vms={itsVms} />
    </article>
  )
}
