import type { Migration } from '../../../shared/model/migration.ts'
import styles from './migration.module.css'
import { failureWords } from './migration-words.ts'

interface Props {
  readonly migration: Migration
  readonly hostName: (hostId: string) => string
}

/** How a migration ended that did not complete: the reason, where the VM runs, what to do. */
export const FailureNotice = ({ migration, hostName }: Props) => {
  if (migration.phase === 'cancelled')
    return (
      <section className={styles.notice} data-kind="cancelled">
        <h2>Cancelled</h2>
        <p>
          <bdi>{migration.vmName}</bdi> runs on at the source, {hostName(migration.sourceHostId)}. Nothing was
          lost; it can be migrated again at any time.
        </p>
      </section>
    )
  const words = failureWords(migration, hostName)
  if (!words || !migration.failure) return null
  return (
    <section className={styles.notice} data-kind="failed" role="alert">
      <h2>
        <span aria-hidden="true">✕ </span>Migration failed
      </h2>
      <p className={styles.reason}>{migration.failure.reason}</p>
      <dl className={styles.noticeFacts}>
        <dt>Where it runs</dt>
        <dd>{words.where}</dd>
        <dt>What to do</dt>
        <dd>{words.remedy}</dd>
      </dl>
    </section>
  )
}
