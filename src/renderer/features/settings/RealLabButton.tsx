import { Button } from '@mantine/core'
import { useConnections, useOperations } from '../../state/index.ts'
import { OperationState } from './OperationState.tsx'
import { RequestFailure } from './RequestFailure.tsx'
import styles from './SettingsScreen.module.css'
import { useRequest } from './use-request.ts'

const isRealLab = ({ isLab, url }: { readonly isLab: boolean; readonly url: string }): boolean =>
  isLab && url.startsWith('file:')

/** Starts real VMs on this machine to try migrations on; gone once they are connected. */
export const RealLabButton = () => {
  const isThere = useConnections(s => s.connections.some(isRealLab))
  const isStarting = useOperations(s => s.running.some(({ kind }) => kind === 'lab'))
  const { ask, isBusy, failure } = useRequest()
  if (isThere) return null
  return (
    <>
      <Button
        variant="default"
        className={styles.add}
        disabled={isBusy || isStarting}
        title="Two hosts with three VMs that QEMU runs on this machine; what is missing is installed"
        onClick={() => void ask(client => client.call('lab.startReal', {}))}
      >
        Start a lab of real VMs
      </Button>
      <OperationState kind="lab" />
      <RequestFailure failure={failure} />
    </>
  )
}
