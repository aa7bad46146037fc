import { hashOf, useFleet } from '../../state/index.ts'
import { Blank } from '../../ui/Blank.tsx'
import { AdvicePanel } from './AdvicePanel.tsx'
import { HeatPanel } from './HeatPanel.tsx'
import { RateCharts } from './RateCharts.tsx'
import { VmHeader } from './VmHeader.tsx'
import styles from './vm.module.css'

/** One VM: its dirty rate with forecast, its other features, its page heat, and advice. */
export const VmScreen = ({ vmId, atMs }: { readonly vmId: string; readonly atMs?: number | undefined }) => {
  const vm = useFleet(state => state.vmsById.get(vmId))
  const isAwaiting = useFleet(state => state.feed.state === 'awaiting')
  if (!vm)
    return isAwaiting ? (
      <Blank title="Waiting for the fleet">Longshore has not yet said which VMs there are.</Blank>
    ) : (
      <Blank title="No such VM" action={<a href={hashOf({ screen: 'fleet' })}>All VMs</a>}>
        {`There is no VM with the id ${vmId} in any connected pool. It may have been removed, or its connection is down.`}
      </Blank>
    )
  return (
    <article className={styles.screen}>
      <VmHeader vm={vm} />
      <div className={styles.columns}>
        <div className={styles.main}>
          <RateCharts key={atMs} vm={vm} atMs={atMs} />
          <HeatPanel vmId={vm.id} />
        </div>
        <AdvicePanel vm={vm} />
      </div>
    </article>
  )
}
