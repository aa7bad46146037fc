import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ConnectionTest } from '../../../shared/contract/connection.ts'
import type { Connection } from '../../../shared/model/connection.ts'
import { RequestFailure } from './RequestFailure.tsx'
import styles from './SettingsScreen.module.css'
import { TestResult } from './TestResult.tsx'
import { useRequest } from './use-request.ts'

/** What can be done with one connection. */
export const ConnectionActions = (props: {
  readonly connection: Connection
  /** What was open in place of this: its button has the focus again. */
  readonly left: 'shown' | 'edited' | 'removed'
  readonly onEdit: () => void
  readonly onRemove: () => void
}) => {
  const { id, name, url, user, state, question, failure: outage, isLab } = props.connection
  const { ask, isBusy, failure } = useRequest()
  const [found, setFound] = useState<ConnectionTest | null>(null)
  const test = async () => {
    setFound(null)
    const answer = await ask(client => client.call('connection.test', { url, user, connectionId: id }))
    setFound(answer ?? null)
  }
  const needsPassword = state === 'failed' && outage?.code === 'unauthenticated'
  const isDown = state === 'failed' || state === 'stale'
  return (
    <>
      <div className={styles.actions}>
        {needsPassword && !isLab && (
          <Button size="compact-xs" variant="filled" onClick={props.onEdit}>
            Enter password
          </Button>
        )}
        {isDown && !question && !needsPassword && (
          <Button
            size="compact-xs"
            disabled={isBusy}
            aria-label={`Try ${name} now`}
            onClick={() => void ask(client => client.call('connection.retry', { connectionId: id }))}
          >
            Try now
          </Button>
        )}
        {!question && !needsPassword && (
          <Button size="compact-xs" disabled={isBusy} aria-label={`Test ${name}`} onClick={() => void test()}>
            Test
          </Button>
        )}
        {!isLab && (
          <>
            <Button
              size="compact-xs"
              autoFocus={props.left === 'edited'}
              aria-label={`Edit ${name}`}
              onClick={props.onEdit}
            >
              Edit
            </Button>
            <Button
              size="compact-xs"
              autoFocus={props.left === 'removed'}
              aria-label={`Remove ${name}`}
              onClick={props.onRemove}
            >
              Remove
            </Button>
          </>
        )}
        {isBusy && <span className={styles.muted}>Waiting for an answer.</span>}
      </div>
      <RequestFailure failure={failure} />
      {found && <TestResult found={found} />}
    </>
  )
}
