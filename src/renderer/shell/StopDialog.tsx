import { Button, Modal } from '@mantine/core'
import { closeDialog, requestStop, useMigrations } from '../state/index.ts'
import styles from './Dialog.module.css'

export const StopDialog = () => {
  const running = useMigrations(s => s.runningByVm)
  const cancelled = [...running.values()].filter(m => m.cancellable).map(m => m.vmName)
  const goesOn = [...running.values()].filter(m => !m.cancellable).map(m => m.vmName)
  const stop = () => {
    closeDialog()
    void requestStop()
  }
  return (
    <Modal opened onClose={closeDialog} title="Stop everything that acts by itself?" size="md">
      <ul className={styles.facts}>
        <li>Nothing is started by itself on any connection until you resume.</li>
        <li>
          {cancelled.length === 0
            ? 'No running migration has to be cancelled.'
            : `To be cancelled: ${cancelled.join(', ')}. Every one of them runs on where it is.`}
        </li>
        {goesOn.length > 0 && <li>Past the point of no return, goes on: {goesOn.join(', ')}.</li>}
      </ul>
      <div className={styles.buttons}>
        <Button onClick={closeDialog}>Keep going</Button>
        <Button variant="filled" color="var(--ls-stop)" onClick={stop} data-autofocus>
          Stop
        </Button>
      </div>
    </Modal>
  )
}
