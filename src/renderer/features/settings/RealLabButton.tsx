import { useConnections, useOperations } from '../../state/index.ts'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import { labOrder } from './lab-order.ts'
import { OperationState } from './OperationState.tsx'
import { RequestFailure } from './RequestFailure.tsx'
import styles from './SettingsScreen.module.css'
import { useRequest } from './use-request.ts'

const orders = {
  start: {
    request: 'lab.startReal',
    label: 'Start a lab of real VMs',
    meaning:
      'The lab: two hosts with three VMs that QEMU runs on this machine; what is missing for it is installed.',
  },
  stop: {
    request: 'lab.stopReal',
    label: 'Stop the lab of real VMs',
    meaning:
      'Stopping the lab removes its connection and ends its VMs; nothing of them is left on this machine.',
  },
} as const

/** Starts real VMs on this machine to try migrations on, and ends them. */
export const RealLabButton = () => {
  const connections = useConnections(s => s.connections)
  const running = useOperations(s => s.running)
  const { ask, isBusy, failure } = useRequest()
  const { verb, disabledBecause } = labOrder(connections, running)
  const { request, label, meaning } = orders[verb]
  return (
    <>
      <ReasonedButton
        variant="default"
        className={styles.add}
        disabledBecause={isBusy ? 'It has been asked for.' : disabledBecause}
        onClick={() => void ask(client => client.call(request, {}))}
      >
        {label}
      </ReasonedButton>
      <p className={styles.meaning}>{disabledBecause ?? meaning}</p>
      <OperationState kinds={['lab-start', 'lab-stop']} />
      <RequestFailure failure={failure} />
    </>
  )
}
