import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes, formatCount, formatDuration, PAGE_BYTES } from '../../../shared/units.ts'
import { isRunning, type Sort } from '../../state/index.ts'
import { bytesUnderWay, tellsBytes } from './bytes-under-way.ts'
import { progressOf, remainingMsOf } from './migration-progress.ts'
import { policyWords } from './migration-words.ts'
import { totalMs } from './total-time.ts'

/** What a line of the list knows beside the migration itself. */
export interface ListContext {
  /** Pool time; undefined where the pool is not heard. */
  readonly nowMs: number | undefined
  readonly source: string
  readonly destination: string
}

export interface MigrationColumn {
  readonly id: string
  readonly word: string
  readonly title: string
  readonly isNumeric: boolean
  /** What it is sorted by; what is not known comes before everything else. */
  readonly key: (migration: Migration, context: ListContext) => number | string
}

const UNKNOWN = -1

export const migrationColumns: readonly MigrationColumn[] = [
  { id: 'started', word: 'started', title: 'Pool time', isNumeric: false, key: m => m.startedAtMs },
  { id: 'vm', word: 'VM', title: '', isNumeric: false, key: m => m.vmName },
  {
    id: 'way',
    word: 'from → to',
    title: '',
    isNumeric: false,
    key: (_, { source, destination }) => `${source}\n${destination}`,
  },
  {
    id: 'policy',
    word: 'policy',
    title: 'What decides while it runs',
    isNumeric: false,
    key: m => policyWords[m.policy],
  },
  { id: 'by', word: 'by', title: 'What started it', isNumeric: false, key: m => m.startedBy },
  { id: 'phase', word: 'phase', title: '', isNumeric: false, key: m => m.phase },
  {
    id: 'progress',
    word: 'progress, to go',
    title: 'How far it is, and the time predicted to be left',
    isNumeric: true,
    key: (m, { nowMs }) => progressOf(m, nowMs),
  },
  {
    id: 'total',
    word: 'total',
    title: 'Total time',
    isNumeric: true,
    key: (m, { nowMs }) => totalMs(m, nowMs),
  },
  {
    id: 'pause',
    word: 'pause',
    title: 'VM paused to VM resumed',
    isNumeric: true,
    key: m => m.downtimeMs ?? UNKNOWN,
  },
  {
    id: 'stall',
    word: 'waited',
    title: 'How long the guest waited for pages in post-copy',
    isNumeric: true,
    key: m => m.postCopy?.stallMs ?? UNKNOWN,
  },
  { id: 'rounds', word: 'rounds', title: 'Passes over memory', isNumeric: true, key: m => m.rounds.length },
  {
    id: 'faults',
    word: 'faults',
    title: 'Pages the guest asked for in post-copy',
    isNumeric: true,
    key: m => m.postCopy?.demandFaults ?? UNKNOWN,
  },
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
  contextOf: (migration: Migration) => ListContext,
): readonly Migration[] => {
  const column = migrationColumns.find(c => c.id === sort.column) ?? migrationColumns[0]
  if (!column) return list
  const direction = sort.descending ? -1 : 1
  return list
    .map(migration => ({ migration, key: column.key(migration, contextOf(migration)) }))
    .sort((a, b) => {
      const byRunning = Number(isRunning(b.migration)) - Number(isRunning(a.migration))
      if (byRunning !== 0) return byRunning
      return direction * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
    })
    .map(({ migration }) => migration)
}

const durationOf = (ms: number | null): string => (ms === null ? '-' : formatDuration(ms))

/** The figures of one line as text; `~` before what is estimated while a round is under way. */
export const migrationFigures = (m: Migration, nowMs: number | undefined) => {
  const underWay = bytesUnderWay(m, m.endedAtMs ?? nowMs)
  const again = (m.current?.round ?? 0) > 1 ? underWay : 0
  const bytes = (known: number, more: number) =>
    tellsBytes(m) ? `${more > 0 ? '~' : ''}${formatBytes(known + more)}` : '-'
  const remainingMs = remainingMsOf(m, nowMs)
  return {
    total: formatDuration(totalMs(m, nowMs)),
    pause: durationOf(m.downtimeMs),
    stall: durationOf(m.postCopy?.stallMs ?? null),
    faults: m.postCopy ? formatCount(m.postCopy.demandFaults) : '-',
    remaining: durationOf(remainingMs),
    sent: bytes(m.bytesSent, underWay),
    again: bytes(m.retransmittedPages * PAGE_BYTES, again),
  }
}
