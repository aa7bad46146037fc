import { useState } from 'react'
import type { Host } from '../../../shared/model/host.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import { controlMigration } from '../../state/index.ts'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import styles from './migration.module.css'
import { type Control, pendingWords, whyNotControl } from './migration-words.ts'

interface Props {
  readonly migration: Migration
  readonly source: Host | undefined
  readonly destination: Host | undefined
}

const controls = [
  { control: 'switch', label: 'Switch now' },
  { control: 'stop-and-copy', label: 'Stop and copy' },
  { control: 'cancel', label: 'Cancel migration' },
] as const satisfies readonly { readonly control: Control; readonly label: string }[]

/** What the operator can do about a running migration; what cannot be done says why. */
export const MigrationActions = ({ migration, source, destination }: Props) => {
  const [isAsking, setIsAsking] = useState(false)
  const ask = async (control: Control) => {
    setIsAsking(true)
    await controlMigration(migration, control)
    setIsAsking(false)
  }
  const reasonFor = (control: Control) =>
    isAsking ? 'Being asked.' : whyNotControl(migration, control, { source, destination })
  return (
    <div className={styles.actions}>
      {controls.map(({ control, label }) => (
        <ReasonedButton
          key={control}
          disabledBecause={reasonFor(control)}
          variant={control === 'cancel' ? 'outline' : 'default'}
          {...(control === 'cancel' ? { color: 'red' } : {})}
          onClick={() => void ask(control)}
        >
          {label}
        </ReasonedButton>
      ))}
      <span role="status">
        {pendingWords(migration) ?? (migration.cancellable ? null : reasonFor('cancel'))}
      </span>
    </div>
  )
}
