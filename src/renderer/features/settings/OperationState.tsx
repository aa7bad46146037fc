import type { Operation, OperationKind } from '../../../shared/model/operation.ts'
import { formatDuration, formatRatio } from '../../../shared/units.ts'
import { cancelOperation, useAction, useOperations } from '../../state/index.ts'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import styles from './History.module.css'
import { RequestFailure } from './RequestFailure.tsx'

const Running = ({ operation }: { readonly operation: Operation }) => {
  const { id: operationId, title, progress, remainingMs } = operation
  const { label, reason, run } = useAction(cancelOperation, { kind: 'operation', operationId })
  const left = remainingMs === null ? 'remaining time unknown' : `${formatDuration(remainingMs)} left`
  return (
    <div className={styles.running}>
      <span>{title}</span>
      <progress aria-label={title} value={progress} max={1} />
      <span className={styles.muted}>
        {formatRatio(progress)}, {left}
      </span>
      <ReasonedButton size="compact-xs" disabledBecause={reason} onClick={run}>
        {label}
      </ReasonedButton>
    </div>
  )
}

const endWords = {
  succeeded: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled, nothing is left of it',
  ended: 'Ended',
} as const

const Ended = ({ operation: { state, title, failure } }: { readonly operation: Operation }) => (
  <div role="status">
    {state !== 'running' && (
      <p>
        {endWords[state]}: {title}.
      </p>
    )}
    <RequestFailure failure={failure} />
  </div>
)

/** How the operation of such a kind goes, with the way to cancel it, or how the last one ended. */
export const OperationState = ({ kinds }: { readonly kinds: readonly OperationKind[] }) => {
  const running = useOperations(s => s.running.find(({ kind }) => kinds.includes(kind)))
  const ended = useOperations(s => s.ended.find(({ kind }) => kinds.includes(kind)))
  if (running) return <Running operation={running} />
  return ended ? <Ended operation={ended} /> : null
}
