import { Button, Progress } from '@mantine/core'
import { formatDuration } from '../../../shared/units.ts'
import { cancelOperation, useAction } from '../../state/index.ts'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import type { WhatIfState } from './use-what-if.ts'
import styles from './WhatIf.module.css'

type Running = Extract<WhatIfState, { kind: 'running' }>

const Under = ({ running }: { readonly running: Running }) => {
  const cancel = useAction(cancelOperation, { kind: 'operation', operationId: running.operationId })
  const percent = Math.round(running.progress * 100)
  return (
    <div className={styles.progress}>
      <Progress value={percent} aria-label="Simulated" className={styles.bar} />
      <span>
        {percent} %,{' '}
        {running.remainingMs === null
          ? 'remaining time unknown'
          : `${formatDuration(running.remainingMs)} left`}
      </span>
      <ReasonedButton disabledBecause={cancel.reason} onClick={cancel.run}>
        {cancel.label}
      </ReasonedButton>
    </div>
  )
}

interface Props {
  readonly state: Exclude<WhatIfState, { kind: 'done' }>
  readonly about: string
  readonly onBegin: () => void
}

/** A comparison that is not there yet: what it would tell, how far it is, or why there is none. */
export const WhatIfProgress = ({ state, about, onBegin }: Props) => {
  switch (state.kind) {
    case 'running':
      return <Under running={state} />
    case 'asked':
      return <p className={styles.dim}>Asked for.</p>
    case 'idle':
    case 'cancelled':
    case 'failed':
      return (
        <>
          <p
            className={state.kind === 'failed' ? styles.failed : styles.dim}
            role={state.kind === 'failed' ? 'alert' : undefined}
          >
            {state.kind === 'failed'
              ? state.because
              : state.kind === 'cancelled'
                ? 'It was cancelled.'
                : about}
          </p>
          <Button size="xs" onClick={onBegin}>
            {state.kind === 'idle' ? 'Simulate all' : 'Try again'}
          </Button>
        </>
      )
  }
}
