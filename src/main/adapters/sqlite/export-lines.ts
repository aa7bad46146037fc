import type Database from 'better-sqlite3'
import type { Breach } from '../../../shared/model/breach.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import { isHostSeries } from '../../../shared/model/figure-grid.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import { originCodes, type VmSeries } from '../../../shared/model/sample.ts'
import { readBreach, readDecision, readMigration } from './facts.ts'
import { SampleArchive } from './sample-archive.ts'

export const exportKinds = ['samples', 'decisions', 'migrations', 'breaches'] as const
export const exportFormats = ['csv', 'jsonl'] as const

export interface ExportOrder {
  readonly what: (typeof exportKinds)[number]
  readonly format: (typeof exportFormats)[number]
  /** What began at fromMs <= time < toMs, ms since the epoch. */
  readonly fromMs: number
  readonly toMs: number
  /** Only of the VM (or host, of breaches) of this id or name; samples know the id only. */
  readonly vm: string | null
}

/** Rows of facts, and ms of samples of one VM, that are in memory at a time. */
const ROWS_AT_ONCE = 500
const SPAN_AT_ONCE_MS = 6 * 3_600_000

type Cell = string | number | null
type Row = Readonly<Record<string, Cell>>

const timeText = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null

/** Text that a spreadsheet would take for a formula is kept from being one. */
const cellText = (cell: Cell): string => {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const decisionRow = (decision: Decision): Row => ({
  time: timeText(decision.atMs),
  id: decision.id,
  connection: decision.connectionId,
  vm: decision.vmId,
  vm_name: decision.vmName,
  kind: decision.kind,
  outcome: decision.outcome,
  reasons: decision.reasons.join(' '),
  migration: decision.migrationId,
})

const migrationRow = (migration: Migration): Row => ({
  started: timeText(migration.startedAtMs),
  ended: timeText(migration.endedAtMs),
  id: migration.id,
  connection: migration.connectionId,
  vm: migration.vmId,
  vm_name: migration.vmName,
  source_host: migration.sourceHostId,
  destination_host: migration.destinationHostId,
  policy: migration.policy,
  started_by: migration.startedBy,
  phase: migration.phase,
  rounds: migration.rounds.length,
  downtime_ms: migration.downtimeMs,
  bytes_sent: migration.bytesSent,
  failure: migration.failure?.reason ?? null,
})

const breachRow = (breach: Breach): Row => ({
  from: timeText(breach.fromMs),
  until: timeText(breach.untilMs),
  id: breach.id,
  connection: breach.connectionId,
  subject: breach.subject,
  subject_id: breach.subjectId,
  subject_name: breach.subjectName,
  feature: breach.feature,
  unit: breach.unit,
  limit: breach.limit,
  peak: breach.peak,
})

const originNames = Object.fromEntries(Object.entries(originCodes).map(([name, code]) => [code, name]))

const sampleRow = (series: VmSeries, row: number): Row => ({
  time: timeText(series.atMs[row] ?? 0),
  vm: series.vmId,
  /** More than one, and it is the beginning of a 30 s average. */
  samples: series.sampleCounts?.[row] ?? 1,
  cpu_ratio: finite(series.cpuRatio[row]),
  memory_ratio: finite(series.memoryRatio[row]),
  io_bytes_per_second: finite(series.ioBytesPerSecond[row]),
  dirty_pages_per_second: finite(series.dirtyPagesPerSecond[row]),
  dirty_origin: originNames[series.dirtyOrigin[row] ?? 0] ?? null,
  page_faults_per_second: finite(series.pageFaultsPerSecond[row]),
})

/** How each table of facts is read: its JSON whole, its figures as a row, and whom it is about. */
const FACTS = {
  decisions: {
    table: 'decision',
    read: (body: string) => {
      const decision = readDecision(body)
      return { whole: decision, row: decisionRow(decision), names: [decision.vmId, decision.vmName] }
    },
  },
  migrations: {
    table: 'migration',
    read: (body: string) => {
      const migration = readMigration(body)
      return { whole: migration, row: migrationRow(migration), names: [migration.vmId, migration.vmName] }
    },
  },
  breaches: {
    table: 'breach',
    read: (body: string) => {
      const breach = readBreach(body)
      return { whole: breach, row: breachRow(breach), names: [breach.subjectId, breach.subjectName] }
    },
  },
} as const

interface Line {
  readonly row: Row
  /** What JSON has of it. */
  readonly whole: unknown
}

/** The columns of each, in order, for a CSV that has no rows. */
export const exportColumns = {
  samples: [
    'time',
    'vm',
    'samples',
    'cpu_ratio',
    'memory_ratio',
    'io_bytes_per_second',
    'dirty_pages_per_second',
    'dirty_origin',
    'page_faults_per_second',
  ],
  decisions: ['time', 'id', 'connection', 'vm', 'vm_name', 'kind', 'outcome', 'reasons', 'migration'],
  migrations: [
    'started',
    'ended',
    'id',
    'connection',
    'vm',
    'vm_name',
    'source_host',
    'destination_host',
    'policy',
    'started_by',
    'phase',
    'rounds',
    'downtime_ms',
    'bytes_sent',
    'failure',
  ],
  breaches: [
    'from',
    'until',
    'id',
    'connection',
    'subject',
    'subject_id',
    'subject_name',
    'feature',
    'unit',
    'limit',
    'peak',
  ],
} as const satisfies Record<ExportOrder['what'], readonly string[]>

/** Lines of a database, oldest first (samples: VM by VM), a CSV's header before them; throws what SQLite says. */
export function* exportLines(database: Database.Database, order: ExportOrder): Generator<string, void> {
  const columns = exportColumns[order.what]
  if (order.format === 'csv') yield `${columns.join(',')}\r\n`
  const lines =
    order.what === 'samples' ? sampleLines(database, order) : factLines(database, order.what, order)
  for (const { row, whole } of lines)
    yield order.format === 'csv'
      ? `${columns.map(column => cellText(row[column] ?? null)).join(',')}\r\n`
      : `${JSON.stringify(whole)}\n`
}

function* factLines(
  database: Database.Database,
  what: keyof typeof FACTS,
  { fromMs, toMs, vm }: ExportOrder,
): Generator<Line, void> {
  const { table, read } = FACTS[what]
  const page = database.prepare<[number, number, number], { at: number; number: number; body: string }>(
    `SELECT at_ms AS at, number, body FROM ${table}
     WHERE (at_ms, number) > (?, ?) AND at_ms < ? ORDER BY at_ms, number LIMIT ${ROWS_AT_ONCE}`,
  )
  let after = { at: fromMs, number: 0 }
  for (;;) {
    const rows = page.all(after.at, after.number, toMs)
    for (const { body } of rows) {
      const { row, whole, names } = read(body)
      if (vm === null || names.includes(vm)) yield { row, whole }
    }
    const last = rows.at(-1)
    if (!last) return
    after = last
  }
}

function* sampleLines(database: Database.Database, { fromMs, toMs, vm }: ExportOrder): Generator<Line, void> {
  // A damaged block is left out, as everywhere.
  const archive = new SampleArchive(database, () => {})
  const vmIds = archive.seriesIds().filter(id => !isHostSeries(id))
  for (const vmId of vm === null ? vmIds : [vm]) {
    const kept = archive.span(vmId)
    const endMs = Math.min(toMs, kept.toMs)
    for (let startMs = Math.max(fromMs, kept.fromMs); startMs < endMs; startMs += SPAN_AT_ONCE_MS) {
      const range = {
        fromMs: startMs,
        toMs: Math.min(startMs + SPAN_AT_ONCE_MS, endMs),
        stepMs: 1000,
      } as const
      const series = archive.series(vmId, range)
      for (let index = 0; index < series.atMs.length; index++) {
        const row = sampleRow(series, index)
        yield { row, whole: row }
      }
    }
  }
}
