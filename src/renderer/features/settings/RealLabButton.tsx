import { Button } from '@mantine/core'
import { realLabIds } from '../../../shared/model/connection.ts'
import { useConnections, useOperations } from '../../state/index.ts'
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
  none: {
    request: null,
    label: 'Stop the lab of real VMs',
    title: 'Longshore was started with it, and it ends with Longshore',
  },
} as const

const orderFor = (connectionIds: readonly string[]): keyof typeof orders => {
  if (connectionIds.includes(realLabIds.given)) return 'none'
  return connectionIds.includes(realLabIds.own) ? 'stop' : 'start'
}

/** Starts real VMs on this machine to try migrations on, and ends them. */
export const RealLabButton = () => {
  const order = useConnections(({ connections }) => orderFor(connections.map(({ id }) => id)))
  const isUnderWay = useOperations(s => s.running.some(({ kind }) => kind === 'lab'))
  const { ask, isBusy, failure } = useRequest()
  const { request, label, title } = orders[order]
  return (
    <>
      <Button
        variant="default"
        className={styles.add}
        disabled={isBusy || isUnderWay || request === null}
        title={title}
        onClick={() => request && void ask(client => client.call(request, {}))}
      >
        {label}
      </Button>
      <OperationState kind="lab" />
      <RequestFailure failure={failure} />
    </>
  )
}
