import { type KeyboardEvent, memo, useMemo } from 'react'
import type { Migration } from '../../../shared/model/migration.ts'
import {
  fleetStore,
  hashOf,
  isRunning,
  navigate,
  type Sort,
  uiStore,
  useFleet,
  useMigrations,
  useUi,
} from '../../state/index.ts'
import { Blank } from '../../ui/Blank.tsx'
import { Clock } from '../../ui/Clock.tsx'
import { Dot, type DotTone } from '../../ui/Dot.tsx'
import styles from './MigrationsScreen.module.css'
import {
  type MigrationColumn,
  migrationColumns,
  migrationFigures,
  sortedMigrations,
} from './migration-columns.ts'
import { policyWords } from './migration-words.ts'

const tone = (migration: Migration): DotTone => {
  if (isRunning(migration)) return 'busy'
  if (migration.phase === 'completed') return 'ok'
  return migration.phase === 'failed' ? 'high' : 'idle'
}

const usePoolNowMs = (migration: Migration): number | undefined =>
  useFleet(s => {
    const poolId = s.vmsById.get(migration.vmId)?.poolId
    return isRunning(migration) && poolId !== undefined ? s.poolTimeMs.get(poolId) : undefined
  })

const Row = memo(({ migration }: { readonly migration: Migration }) => {
  const source = useFleet(s => s.hostsById.get(migration.sourceHostId)?.name ?? 'unknown host')
  const destination = useFleet(s => s.hostsById.get(migration.destinationHostId)?.name ?? 'unknown host')
  const figures = migrationFigures(migration, usePoolNowMs(migration))
  const hash = hashOf({ screen: 'migration', migrationId: migration.id })
  return (
    <tr className={styles.row} onClick={() => navigate({ screen: 'migration', migrationId: migration.id })}>
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
      <td title={migration.failure?.reason}>
        <span className={styles.phase}>
          <Dot tone={tone(migration)} />
          {migration.requested ? `${migration.phase}, ${migration.requested} asked` : migration.phase}
        </span>
      </td>
      <td className={styles.number}>{figures.total}</td>
      <td className={styles.number}>{figures.pause}</td>
      <td className={styles.number}>{migration.rounds.length}</td>
      <td className={styles.number}>{figures.sent}</td>
      <td className={styles.number}>{figures.again}</td>
    </tr>
  )
})
Row.displayName = 'Row'

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

const poolNow = (migration: Migration): number | undefined => {
  const { vmsById, poolTimeMs } = fleetStore.getState()
  return poolTimeMs.get(vmsById.get(migration.vmId)?.poolId ?? '')
}

const moveFocus = (event: KeyboardEvent<HTMLElement>): void => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined) return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('tbody a')]
  const at = links.indexOf(document.activeElement as HTMLElement)
  links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus()
  event.preventDefault()
}

/** All migrations, those under way first. */
export const MigrationsScreen = () => {
  const list = useMigrations(s => s.list)
  const feed = useMigrations(s => s.feed)
  const sort = useUi(s => s.migrationSort)
  const sorted = useMemo(() => sortedMigrations(list, sort, poolNow), [list, sort])
  if (list.length === 0)
    return feed.state !== 'live' ? (
      <Blank title="Awaiting the migrations">
        Asked for since <Clock atMs={feed.sinceMs} />.
      </Blank>
    ) : (
      <Blank title="No migration yet">
        Select a VM in the <a href={hashOf({ screen: 'fleet' })}>fleet</a> and press M, or let the automation
        start one.
      </Blank>
    )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows only move the focus between the links inside
    <div className={styles.screen} onKeyDown={moveFocus}>
      <table className={styles.table}>
        <thead>
          <tr>
            {migrationColumns.map(column => (
              <Head key={column.id} column={column} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map(migration => (
            <Row key={migration.id} migration={migration} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
