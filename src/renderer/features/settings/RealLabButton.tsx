import { Button } from '@mantine/core'
import { realLabIds } from '../../../shared/model/connection.ts'
import { useConnections, useOperations } from '../../state/index.ts'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import { OperationState } from './OperationState.tsx'
import { RequestFailure } from './RequestFailure.tsx'
import styles from './SettingsScreen.module.css'
import { useRequest } from './use-request.ts'

const orders = {
  start: {
    request: 'lab.startReal',
    label: 'Start a lab of real VMs',
    title: 'Two hosts with three VMs that QEMU runs on this machine; what is missing is installed',
  },
  stop: {
    request: 'lab.stopReal',
    label: 'Stop the lab of real VMs',
    title: 'Its connection is removed, its VMs are ended, and nothing of them is left on this machine',
  },
} as const

/** Starts real VMs on this machine to try migrations on, and ends them. */
export const RealLabButton = () => {
  const isGiven = useConnections(s => s.connections.some(({ id }) => id === realLabIds.given))
  const isOwn = useConnections(s => s.connections.some(({ id }) => id === realLabIds.own))
  const isUnderWay = useOperations(s => s.running.some(({ kind }) => kind === 'lab'))
  const { ask, isBusy, failure } = useRequest()
  const { request, label, title } = orders[isOwn ? 'stop' : 'start']
  if (isGiven)
    return (
      <ReasonedButton
        variant="default"
        size="sm"
        className={styles.add}
        disabledBecause="Longshore was started with this lab, which ends with it."
        onClick={() => undefined}
      >
        {orders.stop.label}
      </ReasonedButton>
    )
  return (
    <>
      <Button
        variant="default"
        className={styles.add}
        disabled={isBusy || isUnderWay}
        title={title}
        onClick={() => void ask(client => client.call(request, {}))}
      >
        {label}
      </Button>
      <OperationState kind="lab" />
      <RequestFailure failure={failure} />
    </>
  )
}
