import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useConnections } from '../../state/index.ts'
import { RequestFailure } from './RequestFailure.tsx'
import styles from './SettingsScreen.module.css'
import { useRequest } from './use-request.ts'

/** Asks for the pass-phrase of the file of passwords while connections wait for it. */
export const UnlockPrompt = () => {
  const isLocked = useConnections(s => s.secrets.file === 'locked')
  const connections = useConnections(s => s.connections)
  const [passPhrase, setPassPhrase] = useState('')
  const { ask, isBusy, failure, clear } = useRequest()
  const waiting = connections.filter(c => c.keep === 'file' && c.state === 'failed').map(c => c.name)
  if (!isLocked || waiting.length === 0) return null
  const unlock = async () => {
    const answer = await ask(client => client.call('secrets.unlock', { passPhrase }))
    if (answer !== undefined) setPassPhrase('')
  }
  return (
    <form
      className={styles.unlock}
      aria-label="Unlock the file of passwords"
      onSubmit={event => {
        event.preventDefault()
        void unlock()
      }}
    >
      <p>
        The file of passwords is locked. {waiting.join(', ')} {waiting.length === 1 ? 'waits' : 'wait'} for
        it.
      </p>
      <div className={styles.unlockRow}>
        <TextInput
          aria-label="Pass-phrase of the file of passwords"
          placeholder="Pass-phrase"
          type="password"
          autoComplete="off"
          value={passPhrase}
          onChange={event => {
            setPassPhrase(event.currentTarget.value)
            clear()
          }}
        />
        <Button type="submit" variant="filled" disabled={isBusy || passPhrase === ''}>
          Unlock
        </Button>
        {isBusy && <span className={styles.muted}>Trying the pass-phrase.</span>}
      </div>
      <RequestFailure failure={failure} />
    </form>
  )
}
