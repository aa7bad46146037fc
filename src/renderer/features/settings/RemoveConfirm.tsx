import { Button } from '@mantine/core'
import type { Connection } from '../../../shared/model/connection.ts'
import { RequestFailure } from './RequestFailure.tsx'
import styles from './SettingsScreen.module.css'
import { useRequest } from './use-request.ts'

/** Asks before a connection is forgotten. Escape keeps it. */
export const RemoveConfirm = ({
  connection: { id, name, keep },
  onKeep,
}: {
  readonly connection: Connection
  readonly onKeep: () => void
}) => {
  const { ask, isBusy, failure } = useRequest()
  return (
    <div
      className={styles.confirm}
      role="alertdialog"
      aria-label={`Remove ${name}?`}
      onKeyDown={event => {
        if (event.key === 'Escape') onKeep()
      }}
    >
      <p>
        Remove {name}? Its password and what you trusted of it are forgotten; its history stays. A migration
        that runs there goes on without being watched.
        {keep === null && ' Started with the same options, Longshore connects to it again.'}
      </p>
      <RequestFailure failure={failure} />
      <div className={styles.actions}>
        <Button autoFocus onClick={onKeep}>
          Keep
        </Button>
        <Button
          variant="filled"
          color="var(--ls-stop)"
          disabled={isBusy}
          onClick={() => void ask(client => client.call('connection.remove', { connectionId: id }))}
        >
          Remove
        </Button>
      </div>
    </div>
  )
}
