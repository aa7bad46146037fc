import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { type RefObject, useRef } from 'react'
import { hashOf, uiStore, useConnections, useFleet, useUi } from '../../state/index.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Attention } from './Attention.tsx'
import { FleetNotices } from './FleetNotices.tsx'
import styles from './FleetScreen.module.css'
import { FleetTable } from './FleetTable.tsx'
import { FleetToolbar } from './FleetToolbar.tsx'
import { useFleetRows } from './use-fleet-rows.ts'
import { WhileAwaiting } from './WhileAwaiting.tsx'

/** From this width on the panel has room beside the table. */
const PANEL_QUERY = '(min-width: 1500px)'

const Table = ({ table }: { readonly table: RefObject<HTMLDivElement | null> }) => {
  const rows = useFleetRows()
  const filter = useUi(s => s.fleetFilter)
  const vmCount = useFleet(s => s.vms.length)
  const connectionCount = useConnections(s => s.connections.length)
  if (rows.length > 0) return <FleetTable rows={rows} table={table} />
  if (filter && vmCount > 0)
    return (
      <Blank
        title={`None of ${vmCount} VMs matches “${filter}”`}
        action={<Button onClick={() => uiStore.setState({ fleetFilter: '' })}>Clear the filter</Button>}
      >
        A filter looks at name, state, host and pool; is:at-risk and is:migrating ask for those.
      </Blank>
    )
  if (connectionCount === 0)
    return (
      <Blank title="No pool is connected">
        Add one in <a href={hashOf({ screen: 'settings' })}>Settings</a> by the address of its master, or
        start a lab there.
      </Blank>
    )
  return (
    <Blank title="No VMs yet">
      The connected pools report no VM. One that is created there appears here by itself.
    </Blank>
  )
}

/** Pools, hosts and VMs, and beside them those that need attention. */
export const FleetScreen = () => {
  const table = useRef<HTMLDivElement>(null)
  const isWide = useMediaQuery(PANEL_QUERY, false, { getInitialValueInEffect: false }) ?? false
  const attentionOpen = useUi(s => s.attentionOpen) ?? isWide
  const hasHeard = useFleet(s => s.feed.state === 'live' || s.pools.length > 0)
  return (
    <div className={styles.screen}>
      <FleetNotices />
      {hasHeard && <FleetToolbar table={table} isAttentionOpen={attentionOpen} />}
      <div className={styles.split}>
        <div className={styles.left}>{hasHeard ? <Table table={table} /> : <WhileAwaiting />}</div>
        {hasHeard && attentionOpen && <Attention />}
      </div>
    </div>
  )
}
