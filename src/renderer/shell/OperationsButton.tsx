import { Popover, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { Operation } from '../../shared/model/operation.ts'
import type { ScheduledMigration } from '../../shared/model/schedule.ts'
import { formatDuration, formatRatio } from '../../shared/units.ts'
import {
  cancelOperation,
  unschedule,
  useAction,
  useFleet,
  useOperations,
  useSchedule,
} from '../state/index.ts'
import { Clock } from '../ui/Clock.tsx'
import { ReasonedButton } from '../ui/ReasonedButton.tsx'
import styles from './StatusLine.module.css'

/** Most ended operations listed; the screens hold the rest. */
const ENDED_SHOWN = 10

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
      {operation.title} {operation.kind === 'task' && <span className={styles.muted}>by others</span>}
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

const TakeBack = ({ scheduleId }: { readonly scheduleId: string }) => {
  const { label, reason, run } = useAction(unschedule, { kind: 'schedule', scheduleId })
  return (
    <ReasonedButton size="compact-xs" disabledBecause={reason} onClick={run}>
      {label}
    </ReasonedButton>
  )
}

const Scheduled = ({ entry }: { readonly entry: ScheduledMigration }) => {
  const host = useFleet(s =>
    entry.destinationHostId === null ? undefined : s.hostsById.get(entry.destinationHostId),
  )
  return (
    <li className={styles.operation}>
      <span>
        {entry.vmName} {host && `to ${host.name}`} <span className={styles.muted}>scheduled</span>
      </span>
      <TakeBack scheduleId={entry.id} />
      <span className={`${styles.wide} ${styles.muted}`}>
        at <Clock atMs={entry.atMs} withDate /> by the clock of its pool. {entry.heldBackBecause}
      </span>
    </li>
  )
}

const Ended = ({ operation }: { readonly operation: Operation }) => (
  <li className={styles.operation}>
    <span>{operation.title}</span>
    <span className={styles.muted}>
      {operation.state} {operation.endedAtMs !== null && <Clock atMs={operation.endedAtMs} />}
    </span>
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
  const schedule = useSchedule(s => s.schedule)
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
          {schedule.map(entry => (
            <Scheduled key={entry.id} entry={entry} />
          ))}
          {ended.slice(0, ENDED_SHOWN).map(operation => (
            <Ended key={operation.id} operation={operation} />
          ))}
          {running.length + ended.length + schedule.length === 0 && (
            <li className={styles.muted}>Nothing is under way and nothing has ended yet.</li>
          )}
        </ul>
      </Popover.Dropdown>
    </Popover>
  )
}
