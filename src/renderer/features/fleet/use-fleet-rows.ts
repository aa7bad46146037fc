import { useMemo, useRef } from 'react'
import { fleetStore, migrationStore, useFleet, useNowMs, useUi } from '../../state/index.ts'
import { isLiveFilter } from './fleet-filter.ts'
import { byName, type FleetRow, fleetRows, type LiveFigures, liveColumns } from './fleet-rows.ts'

/** How often rows change places when sorted or filtered by figures: often enough to be true, seldom enough to be read. */
const RESORT_MS = 3_000

const figuresNow = (): LiveFigures => {
  const { vmSamples, risks, triggerPagesPerSecond } = fleetStore.getState()
  return { vmSamples, risks, triggerPagesPerSecond, runningByVm: migrationStore.getState().runningByVm }
}

/** The figures to sort and filter by, renewed every RESORT_MS where the order depends on them. */
const useLiveFigures = (isLive: boolean): LiveFigures => {
  const beat = Math.floor(useNowMs() / RESORT_MS)
  const held = useRef<{ beat: number; isLive: boolean; figures: LiveFigures }>(undefined)
  if (!held.current || (isLive && (held.current.beat !== beat || !held.current.isLive)))
    held.current = { beat, isLive, figures: figuresNow() }
  return held.current.figures
}

/** The lines of the fleet table as the operator filters, groups and sorts them. */
export const useFleetRows = (): readonly FleetRow[] => {
  const pools = useFleet(s => s.pools)
  const hosts = useFleet(s => s.hosts)
  const vms = useFleet(s => s.vms)
  const hostsById = useFleet(s => s.hostsById)
  const poolsById = useFleet(s => s.poolsById)
  const filter = useUi(s => s.fleetFilter)
  const group = useUi(s => s.fleetGroup)
  const sort = useUi(s => s.fleetSort)
  const collapsedKeys = useUi(s => s.fleetCollapsed)
  const live = useLiveFigures(isLiveFilter(filter) || (sort !== null && liveColumns.has(sort.column)))
  const ordered = useMemo(
    () => ({ pools: byName(pools), hosts: byName(hosts), vms: byName(vms) }),
    [pools, hosts, vms],
  )
  const collapsed = useMemo(() => new Set(collapsedKeys), [collapsedKeys])
  return useMemo(
    () => fleetRows({ ...ordered, hostsById, poolsById, filter, group, collapsed, sort, live }),
    [ordered, hostsById, poolsById, filter, group, collapsed, sort, live],
  )
}
