import type { Breach } from '../../src/shared/model/breach.ts'
import type { Decision } from '../../src/shared/model/decision.ts'
import { type Measure, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import type { Migration } from '../../src/shared/model/migration.ts'
import type { VmSample } from '../../src/shared/model/sample.ts'
import type { WorkingSet } from '../../src/shared/model/working-set.ts'

/** A whole second and start of a five-minute block, so that tests can say where block borders are. */
export const BLOCK_START_MS = 1_700_000_100_000

const measured = (value: number, ageMs = 0): Measure => ({ origin: 'measured', value, ageMs })

export const aStoredSample = (parts: Partial<VmSample> = {}): VmSample => ({
  vmId: 'vm-1',
  atMs: BLOCK_START_MS,
  cpuRatio: measured(0.4321),
  memoryRatio: measured(0.5),
  ioBytesPerSecond: measured(12_345_678),
  diskReadBytesPerSecond: measured(1_000_000),
  networkReceiveBytesPerSecond: measured(2_000_000),
  dirtyPagesPerSecond: measured(1234, 1000),
  pageFaultsPerSecond: UNAVAILABLE,
  ...parts,
})

/** `count` samples a second apart; the dirty rate counts up from 0. */
export const aRunOfSamples = (vmId: string, fromMs: number, count: number): readonly VmSample[] =>
  Array.from({ length: count }, (_, second) =>
    aStoredSample({ vmId, atMs: fromMs + second * 1000, dirtyPagesPerSecond: measured(second % 4096) }),
  )

export const aStoredDecision = (parts: Partial<Decision> = {}): Decision => ({
  id: 'decision-1',
  atMs: BLOCK_START_MS,
  connectionId: 'lab',
  vmId: 'vm-1',
  vmName: 'database',
  kind: 'trigger',
  outcome: 'migrate to host-3',
  reasons: ['the dirty rate will pass half of the link'],
  inputs: [{ name: 'dirty rate', value: measured(9), unit: 'pages/s', limit: 8, fired: true }],
  alternatives: [{ name: 'host-2', chosen: false, because: 'it has less free memory' }],
  migrationId: null,
  ...parts,
})

export const aStoredBreach = (parts: Partial<Breach> = {}): Breach => ({
  id: 'breach-1',
  connectionId: 'lab',
  subject: 'vm',
  subjectId: 'vm-1',
  subjectName: 'database',
  feature: 'dirty rate',
  unit: 'pages/s',
  limit: 1000,
  peak: 1234.5,
  fromMs: BLOCK_START_MS,
  untilMs: null,
  ...parts,
})

export const aStoredMigration = (parts: Partial<Migration> = {}): Migration => ({
  id: 'migration-1',
  connectionId: 'lab',
  vmId: 'vm-1',
  vmName: 'database',
  sourceHostId: 'host-1',
  destinationHostId: 'host-3',
  policy: 's1',
  startedBy: 'trigger',
  phase: 'checks',
  bandwidthLimitBytesPerSecond: null,
  orderedRegions: null,
  guestSpeed: 1,
  priorityShare: 0,
  waitingFor: null,
  diskCopy: null,
  remaining: null,
  startedAtMs: BLOCK_START_MS,
  endedAtMs: null,
  memoryPages: 1000,
  linkBytesPerSecond: 1.25e9,
  rounds: [],
  current: null,
  ending: null,
  pausedAtMs: null,
  resumedAtMs: null,
  downtimeMs: null,
  postCopy: null,
  bytesSent: 0,
  retransmittedPages: 0,
  predictions: [
    {
      afterRound: 0,
      totalMs: 900,
      downtimeMs: 60,
      bytesSent: 5e6,
      converges: true,
      spread: {
        totalMs: { p10: 850, p90: 990 },
        downtimeMs: { p10: 52, p90: 75 },
        bytesSent: { p10: 4.5e6, p90: 6e6 },
      },
    },
  ],
  heat: null,
  cancellable: true,
  requested: null,
  recovering: null,
  network: null,
  taskProgress: null,
  failure: null,
  ...parts,
})

export const aStoredWorkingSet = (over: Partial<WorkingSet> = {}): WorkingSet => ({
  vmId: 'vm-1',
  atMs: BLOCK_START_MS,
  memoryPages: 49_152,
  windows: [{ windowMs: 1000, pages: 11_733, atMs: BLOCK_START_MS, source: 'window' }],
  classes: [{ pages: 15_810, ratePerSecond: 1.36 }],
  figures: [{ origin: 'measured', windowMs: 1000, pages: 11_733, atMs: BLOCK_START_MS }],
  ...over,
})
