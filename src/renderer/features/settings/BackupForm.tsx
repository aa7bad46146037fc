import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useOperations } from '../../state/index.ts'
import styles from './History.module.css'
import { OperationState } from './OperationState.tsx'
import { RequestFailure } from './RequestFailure.tsx'
import { useRequest } from './use-request.ts'

/** Copies the history to a file while everything goes on. */
export const BackupForm = ({ folder }: { readonly folder: string }) => {
  const [file, setFile] = useState('')
  const { ask, isBusy, failure, clear } = useRequest()
  const isRunning = useOperations(s => s.running.some(({ kind }) => kind === 'backup'))
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
        <Button type="submit" disabled={isBusy || isRunning}>
          Back up now
        </Button>
      </div>
      <OperationState kinds={['backup']} />
      <RequestFailure failure={failure} />
    </form>
  )
}
