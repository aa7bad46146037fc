import { memo } from 'react'
import type { Migration } from '../../../shared/model/migration.ts'
import { hashOf, isRunning, navigate, useFleet } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { Dot, type DotTone } from '../../ui/Dot.tsx'
import styles from './MigrationsScreen.module.css'
import { migrationFigures } from './migration-columns.ts'
import { progressOf } from './migration-progress.ts'
import { policyWords } from './migration-words.ts'

const tone = (migration: Migration): DotTone => {
  if (isRunning(migration)) return 'busy'
  if (migration.phase === 'completed') return 'ok'
  return migration.phase === 'failed' ? 'high' : 'idle'
}

/** Its phase, what was asked of it and whether it is heard of. */
const phaseText = (migration: Migration): string => {
  const { phase, requested, recovering } = migration
  if (!isRunning(migration)) return phase
  return [phase, ...(requested ? [`${requested} asked`] : []), ...(recovering ? ['not heard'] : [])].join(
    ', ',
  )
}

export const PhaseMark = ({ migration }: { readonly migration: Migration }) => (
  <span className={styles.phase} title={migration.failure?.reason}>
    <Dot tone={tone(migration)} />
    {phaseText(migration)}
  </span>
)

/** Pool time while a migration runs; it does not age afterwards. */
export const usePoolNowMs = (migration: Migration): number | undefined =>
  useFleet(s => {
    const poolId = s.hostsById.get(migration.sourceHostId)?.poolId
    return isRunning(migration) && poolId !== undefined ? s.poolTimeMs.get(poolId) : undefined
  })

export const ProgressBar = (props: { readonly migration: Migration; readonly nowMs: number | undefined }) => {
  const percent = Math.round(progressOf(props.migration, props.nowMs) * 100)
  return (
    <span
      className={styles.bar}
      role="progressbar"
      aria-label={`Progress of ${props.migration.vmName}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span style={{ width: `${percent}%` }} />
    </span>
  )
}

/** One migration in the list. */
export const MigrationRow = memo(({ migration }: { readonly migration: Migration }) => {
  const source = useFleet(s => s.hostsById.get(migration.sourceHostId)?.name ?? 'unknown host')
  const destination = useFleet(s => s.hostsById.get(migration.destinationHostId)?.name ?? 'unknown host')
  const nowMs = usePoolNowMs(migration)
  const figures = migrationFigures(migration, nowMs)
  const hash = hashOf({ screen: 'migration', migrationId: migration.id })
  return (
    <tr
      className={styles.row}
      data-line
      onClick={() => navigate({ screen: 'migration', migrationId: migration.id })}
    >
      <td>
        <Clock atMs={migration.startedAtMs} withDate />
      </td>
      <td>
        <a href={hash}>{migration.vmName}</a>
      </td>
      <td>
        {source} → {destination}
      </td>
      <td>{policyWords[migration.policy]}</td>
      <td>{migration.startedBy}</td>
      <td>
        <PhaseMark migration={migration} />
      </td>
      <td className={styles.number}>
        {isRunning(migration) && (
          <span className={styles.progress}>
            <ProgressBar migration={migration} nowMs={nowMs} />
            <span className={styles.toGo}>{figures.remaining}</span>
          </span>
        )}
      </td>
      <td className={styles.number}>{figures.total}</td>
      <td className={styles.number}>{figures.pause}</td>
      <td className={styles.number}>{figures.stall}</td>
      <td className={styles.number}>{migration.rounds.length}</td>
      <td className={styles.number}>{figures.faults}</td>
      <td className={styles.number}>{figures.sent}</td>
      <td className={styles.number}>{figures.again}</td>
    </tr>
  )
})
MigrationRow.displayName = 'MigrationRow'
