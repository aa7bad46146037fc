import path from 'node:path'
import type { SettingsItem } from '../../shared/contract/settings.ts'
import { Failure, isAbort, reportOf } from '../../shared/failure.ts'
import { DEFAULT_RETENTION, RETENTION_RANGES, retentionOf } from '../../shared/model/retention.ts'
import type { StoredSettings } from '../../shared/model/stored-settings.ts'
import type { Threshold } from '../../shared/model/threshold.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import { LiveValue } from './live-value.ts'
import type { Operations } from './operations.ts'

interface Deps {
  readonly store: Store
  readonly operations: Operations
  readonly clock: Clock
  readonly log: Log
  /** Where backups go that name no file. */
  readonly backupFolder: string
  readonly makeFolder: (folder: string) => void
}

interface WantedRetention {
  readonly samplesHours: number | null
  readonly averagesDays: number | null
}

/** How often the file is measured while somebody looks. */
const MEASURED_EVERY_MS = 5000
/** Below this part a remaining time would be told by next to nothing. A guess. */
const TELLING_RATIO = 0.05

const kept = (
  which: keyof typeof RETENTION_RANGES,
  { setMs, usualMs }: { readonly setMs: number | undefined; readonly usualMs: number },
): Threshold => {
  const { unit, unitMs, min, max } = RETENTION_RANGES[which]
  return {
    value: (setMs ?? usualMs) / unitMs,
    unit,
    min,
    max,
    default: usualMs / unitMs,
    origin: setMs === undefined ? 'default' : 'manual',
    source: 'a convention',
  }
}

const retentionItem = (set: StoredSettings['retention']): SettingsItem['retention'] => ({
  samples: kept('samples', { setMs: set?.samplesMs, usualMs: DEFAULT_RETENTION.samplesMs }),
  averages: kept('averages', { setMs: set?.averagesMs, usualMs: DEFAULT_RETENTION.averagesMs }),
})

/** What an operator orders about the history: how long it is kept, and copies of it. */
export class HistoryDesk {
  readonly #deps: Deps
  readonly #item: LiveValue<SettingsItem>
  readonly #closing = new AbortController()
  readonly #backups = new Set<Promise<void>>()

  constructor(deps: Deps) {
    this.#deps = deps
    const { backupFolder } = deps
    this.#item = new LiveValue<SettingsItem>({
      retention: retentionItem(undefined),
      usage: null,
      backupFolder,
    })
  }

  /** Takes over what was set in an earlier run. */
  restore({ retention }: StoredSettings): void {
    this.#change({ retention: retentionItem(retention) })
  }

  /** The settings, with the size of the history measured every few seconds. */
  async *watch(signal: AbortSignal): AsyncGenerator<SettingsItem> {
    await this.#measure()
    const stop = this.#deps.clock.every(MEASURED_EVERY_MS, () => void this.#measure())
    try {
      yield* this.#item.watch(signal)
    } finally {
      stop()
    }
  }

  /** Keeps history for so long from now on; throws `invalid-input` where averages would go before they are made. */
  setRetention({ samplesHours, averagesDays }: WantedRetention): void {
    const { samples, averages } = RETENTION_RANGES
    const set = {
      ...(samplesHours !== null && { samplesMs: samplesHours * samples.unitMs }),
      ...(averagesDays !== null && { averagesMs: averagesDays * averages.unitMs }),
    }
    const { samplesMs, averagesMs } = retentionOf(set)
    if (averagesMs < samplesMs)
      throw new Failure({
        code: 'invalid-input',
        message: 'Averages would be kept for less time than the seconds that they are made of.',
        remedy: 'Keep averages for at least as long as seconds.',
      })
    this.#deps.store.putSettings({ retention: Object.keys(set).length === 0 ? null : set })
    this.#change({ retention: retentionItem(set) })
    void this.#measure()
  }

  /** Begins a copy of the history; throws `invalid-input` for a file without its whole path. */
  backup(wanted: string | undefined): { readonly operationId: string; readonly file: string } {
    const file = wanted === undefined ? this.#nextFile() : wholePath(wanted)
    const operationId = crypto.randomUUID()
    const giveUp = new AbortController()
    this.#deps.operations.start({
      id: operationId,
      kind: 'backup',
      title: `Back up the history to ${file}`,
      cancel: () => giveUp.abort(),
    })
    const signal = AbortSignal.any([giveUp.signal, this.#closing.signal])
    const backup = this.#copy(operationId, file, signal).finally(() => this.#backups.delete(backup))
    this.#backups.add(backup)
    return { operationId, file }
  }

  /** Gives up the backups that are under way. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#backups)
  }

  async #copy(id: string, file: string, signal: AbortSignal): Promise<void> {
    const { store, operations, clock, log } = this.#deps
    const startedMs = clock.now()
    const onProgress = (progress: number) => {
      const leftMs = ((clock.now() - startedMs) * (1 - progress)) / progress
      const remainingMs = progress < TELLING_RATIO ? null : leftMs
      operations.progress(id, { progress, remainingMs, cancellable: true })
    }
    try {
      await store.backup(file, onProgress, signal)
      operations.end(id, 'succeeded')
      log.info('the history was backed up', { file })
    } catch (error) {
      if (isAbort(error)) return operations.end(id, 'cancelled')
      if (!(error instanceof Failure)) log.error('a backup failed', error)
      const told = { what: 'The history could not be backed up', remedy: 'Try again; the log has more.' }
      operations.end(id, 'failed', reportOf(error, told))
    }
  }

  #nextFile(): string {
    const { backupFolder, makeFolder, clock } = this.#deps
    try {
      makeFolder(backupFolder)
    } catch (error) {
      throw new Failure(
        {
          code: 'storage',
          message: `The folder ${backupFolder} cannot be made.`,
          remedy: 'Name a file in a folder that can be written.',
        },
        error,
      )
    }
    const stamp = new Date(clock.now()).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
    return path.join(backupFolder, `longshore-${stamp}.db`)
  }

  async #measure(): Promise<void> {
    const { store, log } = this.#deps
    try {
      this.#change({ usage: await store.usage() })
    } catch (error) {
      log.info('the size of the history cannot be told', { why: String(error) })
    }
  }

  #change(change: Partial<SettingsItem>): void {
    this.#item.set({ ...this.#item.value, ...change })
  }
}

const wholePath = (file: string): string => {
  if (path.isAbsolute(file) && !file.includes('\0')) return path.normalize(file)
  throw new Failure({
    code: 'invalid-input',
    message: `${file} is not a whole path on the machine Longshore runs on.`,
    remedy: `Name the file with all its folders, such as ${path.resolve('/', 'var', 'backups', 'longshore.db')}.`,
  })
}
