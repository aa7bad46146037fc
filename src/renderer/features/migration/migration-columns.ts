import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes, formatDuration, PAGE_BYTES } from '../../../shared/units.ts'
import { isRunning, type Sort } from '../../state/index.ts'
import { bytesUnderWay, tellsBytes } from './bytes-under-way.ts'

/** Total time so far or in the end, ms; `nowMs` is the pool's clock. */
export const totalMs = (migration: Migration, nowMs: number | undefined): number =>
  Math.max(0, (migration.endedAtMs ?? nowMs ?? migration.startedAtMs) - migration.startedAtMs)

export interface MigrationColumn {
  readonly id: string
  readonly word: string
  readonly title: string
  readonly isNumeric: boolean
  /** What it is sorted by. */
  readonly key: (migration: Migration, nowMs: number | undefined) => number | string
}

export const migrationColumns: readonly MigrationColumn[] = [
  { id: 'started', word: 'started', title: 'Pool time', isNumeric: false, key: m => m.startedAtMs },
  { id: 'vm', word: 'VM', title: '', isNumeric: false, key: m => m.vmName },
  { id: 'way', word: 'from → to', title: '', isNumeric: false, key: m => m.destinationHostId },
  { id: 'policy', word: 'policy', title: 'What decides while it runs', isNumeric: false, key: m => m.policy },
  { id: 'by', word: 'by', title: 'What started it', isNumeric: false, key: m => m.startedBy },
  { id: 'phase', word: 'phase', title: '', isNumeric: false, key: m => m.phase },
  { id: 'total', word: 'total', title: 'Total time', isNumeric: true, key: totalMs },
  {
    id: 'pause',
    word: 'pause',
    title: 'VM paused to VM resumed',
    isNumeric: true,
    key: m => m.downtimeMs ?? -1,
  },
  { id: 'rounds', word: 'rounds', title: 'Passes over memory', isNumeric: true, key: m => m.rounds.length },
  { id: 'sent', word: 'sent', title: 'Bytes sent in all', isNumeric: true, key: m => m.bytesSent },
  {
    id: 'again',
    word: 'again',
    title: 'Sent more than once',
    isNumeric: true,
    key: m => m.retransmittedPages,
  },
]

/** The migrations in the order asked for; those under way come first. */
export const sortedMigrations = (
  list: readonly Migration[],
  sort: Sort,
  poolNowMs: (migration: Migration) => number | undefined,
): readonly Migration[] => {
  const column = migrationColumns.find(c => c.id === sort.column) ?? migrationColumns[0]
  if (!column) return list
  const direction = sort.descending ? -1 : 1
  return list
    .map(migration => ({ migration, key: column.key(migration, poolNowMs(migration)) }))
    .sort((a, b) => {
      const byRunning = Number(isRunning(b.migration)) - Number(isRunning(a.migration))
      if (byRunning !== 0) return byRunning
      return direction * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
    })
    .map(({ migration }) => migration)
}

/** The figures of one line as text; `~` before what is estimated while a round is under way. */
export const migrationFigures = (m: Migration, nowMs: number | undefined) => {
  const underWay = isRunning(m) ? bytesUnderWay(m, nowMs) : 0
  const again = (m.current?.round ?? 0) > 1 ? underWay : 0
  const bytes = (known: number, more: number) =>
    tellsBytes(m) ? `${more > 0 ? '~' : ''}${formatBytes(known + more)}` : '-'
  return {
    total: formatDuration(totalMs(m, nowMs)),
    pause: m.downtimeMs === null ? '-' : formatDuration(m.downtimeMs),
    sent: bytes(m.bytesSent, underWay),
    again: bytes(m.retransmittedPages * PAGE_BYTES, again),
  }
}
