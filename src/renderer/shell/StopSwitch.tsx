import { UnstyledButton } from '@mantine/core'
import { resumeAutomation, stopAutomation, useAction, useConnections } from '../state/index.ts'
import { Clock } from '../ui/Clock.tsx'
import { dateText } from '../ui/clock-text.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './TopBar.module.css'

const app = { kind: 'app' } as const

/** The one switch that stops everything Longshore does by itself. */
export const StopSwitch = () => {
  const sinceMs = useConnections(s => s.stoppedSinceMs)
  const stop = useAction(stopAutomation, app)
  const resume = useAction(resumeAutomation, app)
  return sinceMs !== null ? (
    <UnstyledButton
      className={styles.stop}
      data-stopped
      title={resume.reason ?? 'Let each connection act by its level again'}
      aria-disabled={resume.reason !== null}
      onClick={resume.run}
    >
      <Icon name="resume" size={14} />
      Resume
      <span className={styles.since}>
        stopped since <Clock atMs={sinceMs} withDate={dateText(sinceMs) !== dateText(Date.now())} />
      </span>
    </UnstyledButton>
  ) : (
    <UnstyledButton
      className={styles.stop}
      title={stop.reason ?? `Stop everything that acts by itself (${stopAutomation.keys})`}
      aria-disabled={stop.reason !== null}
      aria-keyshortcuts="Control+."
      onClick={stop.run}
    >
      <Icon name="stop" size={14} />
      STOP
    </UnstyledButton>
  )
}
