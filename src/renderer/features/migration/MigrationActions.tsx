import { useMemo } from 'react'
import type { Migration } from '../../../shared/model/migration.ts'
import {
  type Action,
  actions,
  cancelMigration,
  pendingWords,
  type SubjectOf,
  useAction,
} from '../../state/index.ts'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import styles from './migration.module.css'

const ActionButton = (props: {
  readonly action: Action<'migration'>
  readonly subject: SubjectOf<'migration'>
}) => {
  const { label, reason, run } = useAction(props.action, props.subject)
  const look = props.action === cancelMigration ? ({ variant: 'outline', color: 'red' } as const) : {}
  return (
    <ReasonedButton {...look} disabledBecause={reason} onClick={run}>
      {label}
    </ReasonedButton>
  )
}

/** What the operator can do about a running migration; what cannot be done says why. */
export const MigrationActions = ({ migration }: { readonly migration: Migration }) => {
  const { id: migrationId } = migration
  const subject = useMemo(() => ({ kind: 'migration', migrationId }) as const, [migrationId])
  const cancel = useAction(cancelMigration, subject)
  return (
    <div className={styles.actions}>
      {actions.migration.map(action => (
        <ActionButton key={action.id} action={action} subject={subject} />
      ))}
      <span role="status">{pendingWords(migration) ?? (migration.cancellable ? null : cancel.reason)}</span>
    </div>
  )
}
