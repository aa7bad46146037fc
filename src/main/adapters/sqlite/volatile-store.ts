import { Failure } from '../../../shared/failure.ts'
import type { Breach } from '../../../shared/model/breach.ts'
import type { CertificatePin } from '../../../shared/model/certificate.ts'
import type { StoredConnection } from '../../../shared/model/connection.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { GridOrder } from '../../../shared/model/figure-grid.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import {
  AVERAGE_STEP_MS,
  type SeriesStepMs,
  type VmSample,
  type VmSeries,
} from '../../../shared/model/sample.ts'
import type { ScheduledMigration } from '../../../shared/model/schedule.ts'
import type { SettingsChange, StoredSettings } from '../../../shared/model/stored-settings.ts'
import type { WorkingSet } from '../../../shared/model/working-set.ts'
import type { Store } from '../../ports/store.ts'
import {
  breachFact,
  connectionFact,
  decisionFact,
  migrationFact,
  pinFact,
  readBreach,
  readConnections,
  readDecision,
  readMigration,
  readPins,
  readSchedule,
  readSettings,
  readWorkingSets,
  removal,
  scheduleFact,
  settingFacts,
  workingSetFact,
} from './facts.ts'
import { FigureSums } from './figure-sums.ts'
import { averagesWithin, decodeAverageSeries, rollUp } from './roll-up.ts'
import { decodeSeries } from './sample-codes.ts'
import { joinRows, SampleBuffer } from './sample-rows.ts'
import type { Fact } from './store-protocol.ts'

/** Half an hour of seconds, 40 KB, of each host and VM while there are few; all together at most 160 MB. */
const SAMPLES_PER_SERIES = 1800
const MAX_SAMPLES = 4096 * SAMPLES_PER_SERIES
const MAX_SERIES = 32_768
const MAX_FACTS = 1000
/** As many as the database keeps. */
const WORKING_SETS_PER_VM = 24

/** A store that keeps recent things in memory: what the application runs on where none can be opened. */
export class VolatileStore implements Store {
  private readonly samples = new Map<string, SampleBuffer>()
  private readonly facts = {
    decision: new Map(),
    migration: new Map(),
    breach: new Map(),
    connection: new Map(),
    pin: new Map(),
    setting: new Map(),
    schedule: new Map(),
    working_set: new Map(),
  } satisfies Record<Fact['table'], Map<string, Fact>>

  private readonly journals = new Map<string, JournalEntry[]>()

  appendSamples(samples: readonly VmSample[]): void {
    const most = Math.min(SAMPLES_PER_SERIES, Math.floor(MAX_SAMPLES / Math.max(1, this.samples.size)))
    for (const sample of samples) {
      const buffer = this.bufferOf(sample.vmId)
      buffer.add(sample)
      if (buffer.length > most * 1.1) buffer.keepNewest(most)
    }
  }

  appendDecision(decision: Decision): void {
    if (!this.facts.decision.has(decision.id)) this.put(decisionFact(decision))
  }

  putMigration(migration: Migration): void {
    this.put(migrationFact(migration))
  }

  putBreach(breach: Breach): void {
    this.put(breachFact(breach))
  }

  putWorkingSet(workingSet: WorkingSet): void {
    this.put(workingSetFact(workingSet))
  }

  putConnection(settings: StoredConnection): void {
    this.put(connectionFact(settings))
  }

  removeConnection(id: string): void {
    this.put(removal('connection', id))
  }

  putPin(pin: CertificatePin): void {
    this.put(pinFact(pin))
  }

  removePin(address: string): void {
    this.put(removal('pin', address))
  }

  putSettings(change: SettingsChange): void {
    for (const fact of settingFacts(change)) this.put(fact)
  }

  putSchedule(entry: ScheduledMigration): void {
    this.put(scheduleFact(entry))
  }

  removeSchedule(id: string): void {
    this.put(removal('schedule', id))
  }

  async series(vmId: string, fromMs: number, toMs: number, stepMs?: SeriesStepMs): Promise<VmSeries> {
    const buffer = this.samples.get(vmId)
    if (stepMs === AVERAGE_STEP_MS && buffer)
      return decodeAverageSeries(vmId, averagesWithin(rollUp([buffer.rows()]), fromMs, toMs))
    return decodeSeries(vmId, joinRows(buffer ? [buffer.rows()] : [], fromMs, toMs))
  }

  async grid(order: GridOrder): Promise<Float32Array> {
    const sums = new FigureSums(order)
    for (const [subject, { seriesId }] of order.subjects.entries()) {
      const buffer = this.samples.get(seriesId)
      if (buffer) sums.addSeconds(subject, buffer.rows())
    }
    return sums.means()
  }

  async decisions(limit: number): Promise<readonly Decision[]> {
    return this.newest('decision', limit).map(readDecision)
  }

  async decisionsOf(migrationId: string): Promise<readonly Decision[]> {
    const all = (await this.decisions(MAX_FACTS)).toReversed()
    return all.filter(({ id }) => id.startsWith(`${migrationId}:`))
  }

  async migrations(limit: number): Promise<readonly Migration[]> {
    return this.newest('migration', limit).map(readMigration)
  }

  async breaches(limit: number): Promise<readonly Breach[]> {
    return this.newest('breach', limit).map(readBreach)
  }

  async workingSets(vmId: string, limit: number): Promise<readonly WorkingSet[]> {
    const all = readWorkingSets(this.newest('working_set', MAX_FACTS))
    return all.filter(workingSet => workingSet.vmId === vmId).slice(0, Math.min(limit, WORKING_SETS_PER_VM))
  }

  async connections(): Promise<readonly StoredConnection[]> {
    return readConnections(bodiesOf([...this.facts.connection.values()]))
  }

  async pins(): Promise<readonly CertificatePin[]> {
    return readPins(bodiesOf([...this.facts.pin.values()]))
  }

  async settings(): Promise<StoredSettings> {
    return readSettings(bodiesOf([...this.facts.setting.values()]))
  }

  async usage(): Promise<null> {
    return null
  }

  async schedule(): Promise<readonly ScheduledMigration[]> {
    return readSchedule(bodiesOf([...this.facts.schedule.values()]))
  }

  async appendJournal(entry: JournalEntry): Promise<void> {
    if (entry.step === 'ended') this.journals.delete(entry.migrationId)
    else this.journals.set(entry.migrationId, [...(this.journals.get(entry.migrationId) ?? []), entry])
  }

  async openJournal(): Promise<readonly JournalEntry[]> {
    return [...this.journals.values()].flat()
  }

  async backup(): Promise<void> {
    throw new Failure({
      code: 'storage',
      message: 'The history cannot be backed up: it is only kept in memory.',
      remedy: 'Longshore says at its start why no file could be opened; help that and start it again.',
    })
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    this.samples.clear()
  }

  private put(fact: Fact): void {
    const facts: Map<string, Fact> = this.facts[fact.table]
    if (fact.body === null) facts.delete(fact.id)
    else facts.set(fact.id, fact)
    if (facts.size > MAX_FACTS) forgetOldest(facts)
  }

  private newest(table: Fact['table'], limit: number): readonly string[] {
    const facts: Fact[] = [...this.facts[table].values()]
    const newest = facts.reverse().sort((a, b) => b.atMs - a.atMs)
    return bodiesOf(newest.slice(0, limit))
  }

  private bufferOf(vmId: string): SampleBuffer {
    const known = this.samples.get(vmId)
    if (known) return known
    if (this.samples.size >= MAX_SERIES) forgetOldest(this.samples)
    const buffer = new SampleBuffer()
    this.samples.set(vmId, buffer)
    return buffer
  }
}

const bodiesOf = (facts: readonly Fact[]): readonly string[] =>
  facts.flatMap(fact => (fact.body === null ? [] : [fact.body]))

const forgetOldest = (map: Map<string, unknown>): void => {
  for (const key of map.keys()) {
    map.delete(key)
    return
  }
}
