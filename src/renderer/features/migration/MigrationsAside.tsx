import { memo, useSyncExternalStore } from 'react'
import type { Migration } from '../../../shared/model/migration.ts'
import { hashOf, isRunning } from '../../state/index.ts'
import { PhaseMark, ProgressBar, usePoolNowMs } from './MigrationRow.tsx'
import { MigrationsFilter } from './MigrationsFilter.tsx'
import styles from './MigrationsScreen.module.css'
import { migrationFigures } from './migration-columns.ts'
import { moveFocus } from './move-focus.ts'
import { useListedMigrations } from './use-listed-migrations.ts'

/** A narrower window has no room for both. */
const roomForBoth = () => window.matchMedia('(min-width: 1640px)')
const subscribeRoom = (listener: () => void): (() => void) => {
  const query = roomForBoth()
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

const Line = memo(({ migration, isOpen }: { readonly migration: Migration; readonly isOpen: boolean }) => {
  const nowMs = usePoolNowMs(migration)
  const { total, pause, sent } = migrationFigures(migration, nowMs)
  return (
    <li data-line>
      <a
        href={hashOf({ screen: 'migration', migrationId: migration.id })}
        aria-current={isOpen ? 'page' : undefined}
      >
        <span className={styles.lineHead}>
          <b>{migration.vmName}</b>
          <PhaseMark migration={migration} />
        </span>
        {isRunning(migration) ? (
          <ProgressBar migration={migration} nowMs={nowMs} />
        ) : (
          <span className={styles.lineFigures}>
            <span>{total}</span>
            <span>pause {pause}</span>
            <span>{sent}</span>
          </span>
        )}
      </a>
    </li>
  )
})
Line.displayName = 'Line'

const List = ({ migrationId }: { readonly migrationId: string }) => {
  const listed = useListedMigrations()
  return (
    <nav className={styles.aside} aria-label="All migrations" onKeyDown={moveFocus}>
      <MigrationsFilter />
      <ul>
        {listed.map(migration => (
          <Line key={migration.id} migration={migration} isOpen={migration.id === migrationId} />
        ))}
      </ul>
    </nav>
  )
}

/** The list of migrations beside the one that is open, where the window is wide enough. */
export const MigrationsAside = ({ migrationId }: { readonly migrationId: string }) =>
  useSyncExternalStore(subscribeRoom, () => roomForBoth().matches) ? <List migrationId={migrationId} /> : null
