import { formatBytes } from '../../../shared/units.ts'
import { useNowMs } from '../../state/index.ts'
import { agoText } from '../../ui/clock-text.ts'
import { BackupForm } from './BackupForm.tsx'
import styles from './History.module.css'
import { RequestFailure } from './RequestFailure.tsx'
import { RetentionForm } from './RetentionForm.tsx'
import { useSettings } from './use-settings.ts'

/** How long history is kept, what it takes on the disk, and copies of it. */
export const HistorySection = () => {
  const { item, failure } = useSettings()
  const nowMs = useNowMs()
  if (!item)
    return failure ? (
      <RequestFailure failure={failure} />
    ) : (
      <p className={styles.muted}>Reading what is kept.</p>
    )
  const { usage, backupFolder } = item
  const oldestMs = usage?.averages.oldestWrittenMs ?? usage?.samples.oldestWrittenMs ?? null
  return (
    <>
      <RequestFailure failure={failure} />
      <p>
        {usage
          ? `The history takes ${formatBytes(usage.fileBytes + usage.logBytes)} on the disk${usage.freeBytes > 0 ? `, ${formatBytes(usage.freeBytes)} of it free to be written again` : ''}.`
          : 'The history is in memory only and ends with this run.'}
        {oldestMs !== null && ` The oldest was written ${agoText(nowMs - oldestMs)} ago.`}{' '}
        <span className={styles.muted}>
          Decisions, migrations and breaches are kept for ever and take next to nothing.
        </span>
      </p>
      <RetentionForm item={item} />
      {usage && <BackupForm folder={backupFolder} />}
    </>
  )
}
