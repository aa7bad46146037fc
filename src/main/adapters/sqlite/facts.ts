import type { Breach } from '../../../shared/model/breach.ts'
import { type CertificatePin, certificatePin } from '../../../shared/model/certificate.ts'
import { type StoredConnection, storedConnection } from '../../../shared/model/connection.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { type Migration, migrationPhases } from '../../../shared/model/migration.ts'
import { type ScheduledMigration, scheduledMigration } from '../../../shared/model/schedule.ts'
import {
  type SettingsChange,
  type StoredSettings,
  storedSettings,
} from '../../../shared/model/stored-settings.ts'
import { type WorkingSet, workingSet } from '../../../shared/model/working-set.ts'
import type { Fact, JournalRow } from './store-protocol.ts'

export const decisionFact = (decision: Decision): Fact => ({
  table: 'decision',
  id: decision.id,
  atMs: decision.atMs,
  body: JSON.stringify(decision),
})

export const migrationFact = (migration: Migration): Fact => ({
  table: 'migration',
  id: migration.id,
  atMs: migration.startedAtMs,
  body: JSON.stringify(migration),
})

export const breachFact = (breach: Breach): Fact => ({
  table: 'breach',
  id: breach.id,
  atMs: breach.fromMs,
  body: JSON.stringify(breach),
})

const HOUR_MS = 3_600_000

export const workingSetFact = (kept: WorkingSet): Fact => ({
  table: 'working_set',
  id: `${kept.vmId} ${Math.floor(kept.atMs / HOUR_MS)}`,
  atMs: kept.atMs,
  body: JSON.stringify(kept),
})

/** Unknown keys, a password among them, are stripped on the way in and out. */
export const connectionFact = (settings: StoredConnection): Fact => ({
  table: 'connection',
  id: settings.id,
  atMs: 0,
  body: JSON.stringify(storedConnection.parse(settings)),
})

export const pinFact = (pin: CertificatePin): Fact => ({
  table: 'pin',
  id: pin.address,
  atMs: 0,
  body: JSON.stringify(certificatePin.parse(pin)),
})

/** A row for each setting, a JSON object of that one. */
export const settingFacts = (change: SettingsChange): readonly Fact[] =>
  Object.entries(change).map(([id, value]) =>
    value === null
      ? removal('setting', id)
      : { table: 'setting', id, atMs: 0, body: JSON.stringify({ [id]: value }) },
  )

export const scheduleFact = (entry: ScheduledMigration): Fact => ({
  table: 'schedule',
  id: entry.id,
  atMs: 0,
  body: JSON.stringify(entry),
})

export const removal = (table: 'connection' | 'pin' | 'setting' | 'schedule', id: string): Fact => ({
  table,
  id,
  atMs: 0,
  body: null,
})

export const journalRow = (entry: JournalEntry): JournalRow => ({
  migration: entry.migrationId,
  step: entry.step,
  body: JSON.stringify(entry),
})

/** What earlier versions did not say of a migration. */
const UNTOLD_EARLIER = {
  recovering: null,
  network: null,
  taskProgress: null,
  bandwidthLimitBytesPerSecond: null,
  orderedRegions: null,
  guestSpeed: 1,
  priorityShare: 0,
  waitingFor: null,
  diskCopy: null,
  remaining: null,
}

/** Decisions, breaches, journals and migrations come back as they were written; only Longshore writes them. */
export const readDecision = (body: string): Decision => JSON.parse(body)
export const readBreach = (body: string): Breach => JSON.parse(body)
export const readMigration = (body: string): Migration => asToldNow(JSON.parse(body))

/** Before it had named phases up to its start, each was `starting`. */
const asToldNow = (stored: Omit<Migration, 'phase'> & { readonly phase: string }): Migration => ({
  ...UNTOLD_EARLIER,
  ...stored,
  phase: migrationPhases.find(phase => phase === stored.phase) ?? 'checks',
})

export const readJournalEntry = (body: string): JournalEntry => {
  const entry: JournalEntry = JSON.parse(body)
  return entry.step === 'intended' ? { ...entry, migration: asToldNow(entry.migration) } : entry
}

/** A working set that another Longshore wrote differently is left out: it is soon read anew. */
export const readWorkingSets = (bodies: readonly string[]): readonly WorkingSet[] =>
  bodies.flatMap(body => {
    const parsed = workingSet.safeParse(JSON.parse(body))
    return parsed.success ? [parsed.data] : []
  })

/** Settings that an older or newer Longshore wrote differently are left out. */
export const readConnections = (bodies: readonly string[]): readonly StoredConnection[] =>
  bodies.flatMap(body => {
    const parsed = storedConnection.safeParse(JSON.parse(body))
    return parsed.success ? [parsed.data] : []
  })

/** A pin that does not parse is no pin: the operator is asked again. */
export const readPins = (bodies: readonly string[]): readonly CertificatePin[] =>
  bodies.flatMap(body => {
    const parsed = certificatePin.safeParse(JSON.parse(body))
    return parsed.success ? [parsed.data] : []
  })

/** A setting that does not parse is as it comes. */
export const readSettings = (bodies: readonly string[]): StoredSettings =>
  Object.assign({}, ...bodies.map(body => storedSettings.safeParse(JSON.parse(body)).data))
/** What does not parse is left out: nothing is begun that is not understood. */
export const readSchedule = (bodies: readonly string[]): readonly ScheduledMigration[] =>
  bodies.flatMap(body => {
    const parsed = scheduledMigration.safeParse(JSON.parse(body))
    return parsed.success ? [parsed.data] : []
  })
