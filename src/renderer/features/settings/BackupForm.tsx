import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Operation } from '../../../shared/model/operation.ts'
import { formatDuration, formatRatio } from '../../../shared/units.ts'
import { cancelOperation, useAction, useOperations } from '../../state/index.ts'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import styles from './History.module.css'
import { RequestFailure } from './RequestFailure.tsx'
import { useRequest } from './use-request.ts'

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

/** Copies the history to a file while everything goes on. */
export const BackupForm = ({ folder }: { readonly folder: string }) => {
  const [file, setFile] = useState('')
  const { ask, isBusy, failure, clear } = useRequest()
  const running = useOperations(s => s.running.find(({ kind }) => kind === 'backup'))
  const ended = useOperations(s => s.ended.find(({ kind }) => kind === 'backup'))
  const start = async () => {
    const named = file.trim() === '' ? {} : { file: file.trim() }
    if (await ask(client => client.call('settings.backup', named))) setFile('')
  }
  return (
    <form
      aria-label="Back up the history"
      className={styles.backup}
      onSubmit={event => {
        event.preventDefault()
        void start()
      }}
    >
      <div className={styles.file}>
        <TextInput
          label="Backup file, on the machine Longshore runs on"
          placeholder={`${folder}: a new file named by the time`}
          autoComplete="off"
          spellCheck={false}
          value={file}
          onChange={event => {
            setFile(event.currentTarget.value)
            clear()
          }}
        />
        <Button type="submit" disabled={isBusy || running !== undefined}>
          Back up now
        </Button>
      </div>
      {running && <Running operation={running} />}
      {!running && ended && <Ended operation={ended} />}
      <RequestFailure failure={failure} />
    </form>
  )
}
