import type { Breach } from '../../shared/model/breach.ts'
import type { CertificatePin } from '../../shared/model/certificate.ts'
import type { StoredConnection } from '../../shared/model/connection.ts'
import type { Decision } from '../../shared/model/decision.ts'
import type { GridOrder } from '../../shared/model/figure-grid.ts'
import type { JournalEntry } from '../../shared/model/journal.ts'
import type { Migration } from '../../shared/model/migration.ts'
import type { SeriesStepMs, VmSample, VmSeries } from '../../shared/model/sample.ts'
import type { ScheduledMigration } from '../../shared/model/schedule.ts'
import type { StoreUsage } from '../../shared/model/store-usage.ts'
import type { SettingsChange, StoredSettings } from '../../shared/model/stored-settings.ts'
import type { WorkingSet } from '../../shared/model/working-set.ts'

/**
 * What outlives a run. Writes are queued in order and return at once; `flush` resolves when all before it are on
 * disk. A write that fails is reported once through `onTrouble` and the rest goes on. Reads see earlier writes.
 */
export interface Store {
  appendSamples(samples: readonly VmSample[]): void
  appendDecision(decision: Decision): void
  /** Inserts or replaces by id. */
  putMigration(migration: Migration): void
  /** Inserts or replaces by id. */
  putBreach(breach: Breach): void
  /** Keeps one for each hour of a VM, the latest, of its newest 24. */
  putWorkingSet(workingSet: WorkingSet): void
  /** Inserts or replaces by id. Passwords are not stored. */
  putConnection(settings: StoredConnection): void
  removeConnection(id: string): void
  /** Inserts or replaces by address. */
  putPin(pin: CertificatePin): void
  removePin(address: string): void
  /** Sets what is named, takes away what is null, leaves the rest. Retention is heeded from the next write on. */
  putSettings(change: SettingsChange): void
  /** Inserts or replaces by id. */
  putSchedule(entry: ScheduledMigration): void
  removeSchedule(id: string): void
  /**
   * Samples with fromMs <= atMs < toMs, oldest first, and averages of 30 s where seconds are no longer kept; with a
   * step of 30 s averages only.
   */
  series(vmId: string, fromMs: number, toMs: number, stepMs?: SeriesStepMs): Promise<VmSeries>
  /**
   * Means of a figure, subjects x columns, NaN where nothing is known: of what is kept as seconds, by 30 s where those
   * are five minutes old.
   */
  grid(order: GridOrder): Promise<Float32Array>
  /** The newest decisions, newest first. */
  decisions(limit: number): Promise<readonly Decision[]>
  /** The decisions whose ids name this migration (`ID:...`), oldest first; at most 1,000. */
  decisionsOf(migrationId: string): Promise<readonly Decision[]>
  /** The newest migrations, newest first. */
  migrations(limit: number): Promise<readonly Migration[]>
  /** The newest breaches, newest first by their beginning. */
  breaches(limit: number): Promise<readonly Breach[]>
  /** The working sets of a VM, newest first. */
  workingSets(vmId: string, limit: number): Promise<readonly WorkingSet[]>
  connections(): Promise<readonly StoredConnection[]>
  pins(): Promise<readonly CertificatePin[]>
  settings(): Promise<StoredSettings>
  /** What is on the disk; null for a store that is not. */
  usage(): Promise<StoreUsage | null>
  schedule(): Promise<readonly ScheduledMigration[]>
  /**
   * Adds a line to the journal of actions; resolves when it and every write before it are on the disk. Rejects with a
   * Failure `storage` when that cannot be had.
   */
  appendJournal(entry: JournalEntry): Promise<void>
  /** The lines of migrations whose journal has no `ended`, oldest first. */
  openJournal(): Promise<readonly JournalEntry[]>
  /**
   * Copies everything that was written before into a new file while work goes on; told the part that is done, 0..1.
   * Rejects with a Failure `storage`, when there is such a file already too; with the signal's reason, and nothing is
   * left, when that aborts.
   */
  backup(file: string, onProgress?: (doneRatio: number) => void, signal?: AbortSignal): Promise<void>
  flush(): Promise<void>
  close(): Promise<void>
}
