import { UnstyledButton } from '@mantine/core'
import { openDialog, resumeAutomation, useConnections } from '../state/index.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './TopBar.module.css'

/** The one switch that stops everything Longshore does by itself. */
export const StopSwitch = () => {
  const isStopped = useConnections(s => s.stopped)
  return isStopped ? (
    <UnstyledButton
      className={styles.stop}
      data-stopped
      title="Let each connection act by its level again"
      onClick={() => void resumeAutomation()}
    >
      <Icon name="resume" size={14} />
      Resume
    </UnstyledButton>
  ) : (
    <UnstyledButton
      className={styles.stop}
      title="Stop everything that acts by itself"
      onClick={() => openDialog({ kind: 'stop' })}
    >
      <Icon name="stop" size={14} />
      STOP
    </UnstyledButton>
  )
}
