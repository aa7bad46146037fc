import type { Store } from '../../src/main/ports/store.ts'
import type { Breach } from '../../src/shared/model/breach.ts'
import type { CertificatePin } from '../../src/shared/model/certificate.ts'
import type { StoredConnection } from '../../src/shared/model/connection.ts'
import type { Decision } from '../../src/shared/model/decision.ts'
import type { GridFigure } from '../../src/shared/model/figure-grid.ts'
import type { JournalEntry } from '../../src/shared/model/journal.ts'
import { numberOf } from '../../src/shared/model/measure.ts'
import type { Migration } from '../../src/shared/model/migration.ts'
import type { VmSample } from '../../src/shared/model/sample.ts'
import type { ScheduledMigration } from '../../src/shared/model/schedule.ts'
import type { StoredSettings } from '../../src/shared/model/stored-settings.ts'
import type { WorkingSet } from '../../src/shared/model/working-set.ts'

const column = (samples: readonly VmSample[], pick: (sample: VmSample) => VmSample['cpuRatio']) =>
  Float32Array.from(samples, sample => numberOf(pick(sample)) ?? Number.NaN)

const newestFirst = <T>(facts: Iterable<T>, timeOf: (fact: T) => number, limit: number): readonly T[] =>
  [...facts]
    .reverse()
    .sort((a, b) => timeOf(b) - timeOf(a))
    .slice(0, limit)

/** What is summed up of a sample: of a load index the share that is free. */
const figureOf = (sample: VmSample, figure: GridFigure, ioCapacity: number | null): number | undefined => {
  const [cpu, memory, io] = [sample.cpuRatio, sample.memoryRatio, sample.ioBytesPerSecond].map(numberOf)
  if (figure === 'cpu') return cpu
  if (figure === 'dirty') return numberOf(sample.dirtyPagesPerSecond)
  if (cpu === undefined || memory === undefined) return undefined
  const ioFree = io === undefined || ioCapacity === null ? 1 : Math.max(0, 1 - io / ioCapacity)
  return (1 - cpu) * (1 - memory) * ioFree
}

/** The Store port on plain maps, for tests of what uses a store. */
export const memoryStore = (): Store => {
  const samples = new Map<string, Map<number, VmSample>>()
  const decisions = new Map<string, Decision>()
  const migrations = new Map<string, Migration>()
  const breaches = new Map<string, Breach>()
  const journal: JournalEntry[] = []
  const connections = new Map<string, StoredConnection>()
  const schedule = new Map<string, ScheduledMigration>()
  const pins = new Map<string, CertificatePin>()
  const settings: Record<string, unknown> = {}
  const workingSets = new Map<string, WorkingSet>()
  return {
    appendSamples: added => {
      for (const sample of added) {
        const ofVm = samples.get(sample.vmId) ?? new Map<number, VmSample>()
        samples.set(sample.vmId, ofVm.set(sample.atMs, sample))
      }
    },
    appendDecision: decision => {
      if (!decisions.has(decision.id)) decisions.set(decision.id, decision)
    },
    putMigration: migration => {
      migrations.set(migration.id, migration)
    },
    putBreach: breach => {
      breaches.set(breach.id, breach)
    },
    putWorkingSet: workingSet => {
      workingSets.set(`${workingSet.vmId} ${Math.floor(workingSet.atMs / 3_600_000)}`, workingSet)
    },
    putConnection: ({ id, name, url, user, level, keep, members }) => {
      connections.set(id, { id, name, url, user, level, ...(keep && { keep }), ...(members && { members }) })
    },
    removeConnection: id => {
      connections.delete(id)
    },
    putPin: pin => {
      pins.set(pin.address, pin)
    },
    removePin: address => {
      pins.delete(address)
    },
    series: async (vmId, fromMs, toMs) => {
      const found = [...(samples.get(vmId)?.values() ?? [])]
        .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
        .sort((a, b) => a.atMs - b.atMs)
      const originOf = ({ dirtyPagesPerSecond: { origin } }: VmSample) =>
        origin === 'unavailable' ? 0 : origin === 'measured' ? 1 : 2
      return {
        vmId,
        stepMs: 1000,
        atMs: Float64Array.from(found, sample => sample.atMs),
        cpuRatio: column(found, sample => sample.cpuRatio),
        memoryRatio: column(found, sample => sample.memoryRatio),
        ioBytesPerSecond: column(found, sample => sample.ioBytesPerSecond),
        dirtyPagesPerSecond: column(found, sample => sample.dirtyPagesPerSecond),
        pageFaultsPerSecond: column(found, sample => sample.pageFaultsPerSecond),
        dirtyOrigin: Uint8Array.from(found, originOf),
      }
    },
    grid: async ({ subjects, figure, fromMs, toMs, columns }) => {
      const columnMs = (toMs - fromMs) / columns
      const means = subjects.map(({ seriesId, ioCapacityBytesPerSecond: capacity }) =>
        Array.from({ length: columns }, (_, column) => {
          const values = [...(samples.get(seriesId)?.values() ?? [])]
            .filter(({ atMs }) => Math.floor((atMs - fromMs) / columnMs) === column)
            .map(sample => figureOf(sample, figure, capacity))
            .filter(value => value !== undefined)
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length
          return figure === 'load' ? 1 / mean : mean
        }),
      )
      return Float32Array.from(means.flat())
    },
    decisionsOf: async migrationId =>
      newestFirst(decisions.values(), decision => decision.atMs, decisions.size)
        .filter(({ id }) => id.startsWith(`${migrationId}:`))
        .toReversed(),
    decisions: async limit => newestFirst(decisions.values(), decision => decision.atMs, limit),
    migrations: async limit => newestFirst(migrations.values(), migration => migration.startedAtMs, limit),
    breaches: async limit => newestFirst(breaches.values(), breach => breach.fromMs, limit),
    workingSets: async (vmId, limit) =>
      newestFirst(
        [...workingSets.values()].filter(workingSet => workingSet.vmId === vmId),
        workingSet => workingSet.atMs,
        Math.min(limit, 24),
      ),
    connections: async () => [...connections.values()],
    putSchedule: entry => {
      schedule.set(entry.id, entry)
    },
    removeSchedule: id => {
      schedule.delete(id)
    },
    schedule: async () => [...schedule.values()],
    pins: async () => [...pins.values()],
    putSettings: change => {
      for (const [id, value] of Object.entries(change)) {
        if (value === null) delete settings[id]
        else settings[id] = value
      }
    },
    settings: async (): Promise<StoredSettings> => ({ ...settings }),
    usage: async () => null,
    appendJournal: async entry => {
      journal.push(entry)
    },
    openJournal: async () => {
      const ended = new Set(journal.filter(({ step }) => step === 'ended').map(entry => entry.migrationId))
      return journal.filter(({ migrationId }) => !ended.has(migrationId))
    },
    backup: async () => {},
    flush: async () => {},
    close: async () => {},
  }
}
