import { Button } from '@mantine/core'
import { useConnections, useOperations } from '../../state/index.ts'
import { OperationState } from './OperationState.tsx'
import { RequestFailure } from './RequestFailure.tsx'
import styles from './SettingsScreen.module.css'
import { useRequest } from './use-request.ts'

const isRealLab = ({ isLab, url }: { readonly isLab: boolean; readonly url: string }): boolean =>
  isLab && url.startsWith('file:')

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
  const isThere = useConnections(s => s.connections.some(isRealLab))
  const isUnderWay = useOperations(s => s.running.some(({ kind }) => kind === 'lab'))
  const { ask, isBusy, failure } = useRequest()
  const { request, label, title } = orders[isThere ? 'stop' : 'start']
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
