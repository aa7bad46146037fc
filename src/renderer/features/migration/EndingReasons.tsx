import type { Migration } from '../../../shared/model/migration.ts'
import styles from './migration.module.css'
import { endingHeading, lastRoundFigure, lineFigure } from './migration-words.ts'

interface Props {
  readonly migration: Migration
  /** Dirty rate over bandwidth at which pre-copy is left; null where the policy has no such line. */
  readonly switchRatio: number | null
}

/** Why pre-copy ended when it did, or what is waited for while it goes on. */
export const EndingReasons = ({ migration, switchRatio }: Props) => {
  const { ending } = migration
  const figure = lastRoundFigure(migration)
  if (!ending && migration.endedAtMs !== null) return null
  return (
    <section className={styles.reasons} data-ended={ending !== null} aria-live="polite">
      <h2>{endingHeading(migration)}</h2>
      {ending?.reasons.map(reason => (
        <p key={reason} className={styles.reason}>
          {reason}
        </p>
      ))}
      <p className={styles.dim}>
        {figure}
        {figure && ' '}
        {lineFigure(migration, switchRatio)}
      </p>
    </section>
  )
}
