import { Popover, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { Operation } from '../../shared/model/operation.ts'
import { formatDuration, formatRatio } from '../../shared/units.ts'
import { cancelOperation, useAction, useOperations } from '../state/index.ts'
import { ReasonedButton } from '../ui/ReasonedButton.tsx'
import styles from './StatusLine.module.css'

const remaining = (operation: Operation): string =>
  operation.remainingMs === null ? 'remaining time unknown' : `${formatDuration(operation.remainingMs)} left`

const Cancel = ({ operationId }: { readonly operationId: string }) => {
  const { label, reason, run } = useAction(cancelOperation, { kind: 'operation', operationId })
  return (
    <ReasonedButton size="compact-xs" disabledBecause={reason} onClick={run}>
      {label}
    </ReasonedButton>
  )
}

const Running = ({ operation }: { readonly operation: Operation }) => (
  <li className={styles.operation}>
    <span>
      {operation.title} <span className={styles.muted}>{operation.kind}</span>
    </span>
    <Cancel operationId={operation.id} />
    <div
      className={styles.track}
      role="progressbar"
      aria-label={operation.title}
      aria-valuenow={Math.round(operation.progress * 100)}
    >
      <div className={styles.done} style={{ width: `${operation.progress * 100}%` }} />
    </div>
    <span className={`${styles.wide} ${styles.muted}`}>
      {formatRatio(operation.progress)}, {remaining(operation)}
    </span>
  </li>
)

const Ended = ({ operation }: { readonly operation: Operation }) => (
  <li className={styles.operation}>
    <span>{operation.title}</span>
    <span className={styles.muted}>{operation.state}</span>
    {operation.failure && (
      <span className={`${styles.wide} ${styles.muted}`}>
        {operation.failure.message} {operation.failure.remedy}
      </span>
    )}
  </li>
)

/** The count of running operations; opens their progress with Cancel. */
export const OperationsButton = () => {
  const [isOpen, setOpen] = useState(false)
  const running = useOperations(s => s.running)
  const ended = useOperations(s => s.ended)
  const words = running.length === 1 ? '1 operation' : `${running.length} operations`
  return (
    <Popover opened={isOpen} onChange={setOpen} width={340} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={styles.operations}
          data-running={running.length > 0 || undefined}
          onClick={() => setOpen(open => !open)}
        >
          {running.length === 0 ? 'No operations' : words}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label="Operations">
        <ul className={styles.list}>
          {running.map(operation => (
            <Running key={operation.id} operation={operation} />
          ))}
          {ended.slice(0, 5).map(operation => (
            <Ended key={operation.id} operation={operation} />
          ))}
          {running.length + ended.length === 0 && (
            <li className={styles.muted}>Nothing is under way and nothing has ended yet.</li>
          )}
        </ul>
      </Popover.Dropdown>
    </Popover>
  )
}
