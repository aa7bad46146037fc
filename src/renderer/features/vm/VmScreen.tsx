import { useRef } from 'react'
import type { Vm } from '../../../shared/model/vm.ts'
import { hashOf, useFleet } from '../../state/index.ts'
import { Awaiting } from '../../ui/Awaiting.tsx'
import { Blank } from '../../ui/Blank.tsx'
import { Clock } from '../../ui/Clock.tsx'
import { AdvicePanel } from './AdvicePanel.tsx'
import { HeatPanel } from './HeatPanel.tsx'
import { RateCharts } from './RateCharts.tsx'
import { VmHeader } from './VmHeader.tsx'
import styles from './vm.module.css'
import { WorkingSetPanel } from './WorkingSetPanel.tsx'

const allVms = <a href={hashOf({ screen: 'fleet' })}>All VMs</a>

/** A VM that was there while the screen was open. */
const Gone = ({ name, lastSeenMs }: { readonly name: string; readonly lastSeenMs: number }) => (
  <Blank title={`${name} is gone`} action={allVms}>
    It was last seen at <Clock atMs={lastSeenMs} />. It was removed, moved to a pool that is not connected, or
    its connection is down. This screen shows it again as soon as it is back.
  </Blank>
)

const Missing = ({ vmId }: { readonly vmId: string }) => {
  const feed = useFleet(state => state.feed)
  return feed.state === 'awaiting' ? (
    <Awaiting what="the fleet" sinceMs={feed.sinceMs} />
  ) : (
    <Blank title="No such VM" action={allVms}>
      {`There is no VM with the id ${vmId} in any connected pool. It may have been removed, or its connection is down.`}
    </Blank>
  )
}

/** One VM: its dirty rate with forecast, its other features, page heat, working set, and advice. */
export const VmScreen = ({ vmId, atMs }: { readonly vmId: string; readonly atMs?: number | undefined }) => {
  const vm = useFleet(state => state.vmsById.get(vmId))
  const seen = useRef<{ readonly vm: Vm; readonly atMs: number }>(null)
  if (vm) seen.current = { vm, atMs: Date.now() }
  if (!vm && seen.current) return <Gone name={seen.current.vm.name} lastSeenMs={seen.current.atMs} />
  if (!vm) return <Missing vmId={vmId} />
  return (
    <article className={styles.screen}>
      <VmHeader vm={vm} />
      <div className={styles.columns}>
        <div className={styles.main}>
          <RateCharts key={atMs} vm={vm} atMs={atMs} />
          <div className={styles.panels}>
            <HeatPanel vmId={vm.id} />
            <WorkingSetPanel vm={vm} />
          </div>
        </div>
        <AdvicePanel vm={vm} />
      </div>
    </article>
  )
}
