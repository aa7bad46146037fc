import { hashOf, type Sort, uiStore, useMigrations, useUi } from '../../state/index.ts'
import { Awaiting } from '../../ui/Awaiting.tsx'
import { Blank } from '../../ui/Blank.tsx'
import { MigrationRow } from './MigrationRow.tsx'
import { MigrationsFilter } from './MigrationsFilter.tsx'
import styles from './MigrationsScreen.module.css'
import { type MigrationColumn, migrationColumns } from './migration-columns.ts'
import { moveFocus } from './move-focus.ts'
import { ScheduledList } from './ScheduledList.tsx'
import { useListedMigrations } from './use-listed-migrations.ts'

const Head = ({ column, sort }: { readonly column: MigrationColumn; readonly sort: Sort }) => {
  const isSorted = sort.column === column.id
  const next = { column: column.id, descending: isSorted ? !sort.descending : column.isNumeric }
  return (
    <th
      scope="col"
      className={column.isNumeric ? styles.number : undefined}
      aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" title={column.title} onClick={() => uiStore.setState({ migrationSort: next })}>
        {column.word} {isSorted && (sort.descending ? '↓' : '↑')}
      </button>
    </th>
  )
}

const Table = () => {
  const listed = useListedMigrations()
  const sort = useUi(state => state.migrationSort)
  const all = useMigrations(state => state.list.length)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows only move the focus between the links inside
    <div className={styles.screen} onKeyDown={moveFocus}>
      <div className={styles.toolbar}>
        <MigrationsFilter />
        <span role="status">
          {listed.length === all
            ? all === 1
              ? '1 migration'
              : `${all} migrations`
            : `${listed.length} of ${all}`}
        </span>
      </div>
      <ScheduledList />
      <div className={styles.wide}>
        <table className={styles.table}>
          <thead>
            <tr>
              {migrationColumns.map(column => (
                <Head key={column.id} column={column} sort={sort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {listed.map(migration => (
              <MigrationRow key={migration.id} migration={migration} />
            ))}
          </tbody>
        </table>
      </div>
      {listed.length === 0 && <p className={styles.none}>No migration has all of these words.</p>}
    </div>
  )
}

/** All migrations, those under way first. */
export const MigrationsScreen = () => {
  const isEmpty = useMigrations(state => state.list.length === 0)
  const feed = useMigrations(state => state.feed)
  if (!isEmpty) return <Table />
  if (feed.state !== 'live') return <Awaiting what="the migrations" sinceMs={feed.sinceMs} />
  return (
    <>
      <ScheduledList />
      <Blank title="No migration yet">
        Select a VM in the <a href={hashOf({ screen: 'fleet' })}>fleet</a> and press M, or let the automation
        start one.
      </Blank>
    </>
  )
}
