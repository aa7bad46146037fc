import { readdirSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase } from '../../src/main/adapters/sqlite/open-database.ts'
import { openStore } from '../../src/main/adapters/sqlite/open-store.ts'
import { packSamples } from '../../src/main/adapters/sqlite/sample-rows.ts'
import { StoreDatabase } from '../../src/main/adapters/sqlite/store-database.ts'
import { Random } from '../../src/main/core/numeric/random.ts'
import type { Measure } from '../../src/shared/model/measure.ts'
import type { SeriesStepMs, VmSample, VmSeries } from '../../src/shared/model/sample.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { deviationOf, medianOf } from './statistics.ts'

const DAY_S = 86_400
const START_MS = 1_700_000_100_000
const READS = 15

const measured = (value: number, ageMs = 0): Measure => ({
  origin: 'measured',
  value: Math.max(value, 0),
  ageMs,
})

/** A guest under a load that swings over the hour, every figure noisy; the dirty rate is read every other second. */
const aNoisySecond = (vm: number, second: number, random: Random): VmSample => {
  const noise = () => random.unit() + random.unit() - 1
  const load = 0.45 + 0.3 * Math.sin(vm + second / 600)
  const age = second % 2
  return {
    vmId: `vm-${vm}`,
    atMs: START_MS + second * 1000,
    cpuRatio: measured(load + 0.05 * noise()),
    memoryRatio: measured(0.5 + 0.1 * Math.sin(vm + second / 9000) + 0.001 * noise()),
    ioBytesPerSecond: measured(load * 4e7 * (1 + 0.5 * noise())),
    diskReadBytesPerSecond: measured(load * 1e7),
    networkReceiveBytesPerSecond: measured(load * 1e7),
    dirtyPagesPerSecond: measured(load * 9000 * (1 + 0.3 * Math.sin(vm + (second - age))), age * 1000),
    pageFaultsPerSecond: measured(load * 300 * (1 + 0.5 * noise())),
  }
}

const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0)

const measureFleet = async (vmCount: number, seconds: number): Promise<Record<string, string>> => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-bench-'))
  const onTrouble = ({ message }: { message: string }) => console.log(message)
  const store = await openStore({ dataDir, log: silentLog, onTrouble })
  const random = new Random(1)
  const onMain: number[] = []
  let writingMs = 0
  for (let second = 0; second < seconds; second++) {
    const samples = Array.from({ length: vmCount }, (_, vm) => aNoisySecond(vm, second, random))
    const fromMs = performance.now()
    store.appendSamples(samples)
    onMain.push(performance.now() - fromMs)
    // An answer means that everything before it is committed.
    await store.decisions(1)
    writingMs += performance.now() - fromMs
  }
  const reads: number[] = []
  for (let read = 0; read < READS; read++) {
    const fromMs = performance.now()
    const { atMs } = await store.series('vm-0', START_MS, START_MS + DAY_S * 1000)
    if (atMs.length !== seconds) throw new Error(`${atMs.length} samples of ${seconds} came back`)
    reads.push(performance.now() - fromMs)
  }
  await store.close()
  const bytes = bytesIn(dataDir)
  await rm(dataDir, { recursive: true })
  return {
    'rows/s': Math.round((vmCount * seconds * 1000) / writingMs).toString(),
    'ms of main a second, median': medianOf(onMain).toFixed(2),
    'bytes per VM-second': (bytes / (vmCount * seconds)).toFixed(2),
    'hours read': (seconds / 3600).toFixed(1),
    'read min ms': Math.min(...reads).toFixed(1),
    'read median ms': medianOf(reads).toFixed(1),
    'read deviation ms': deviationOf(reads).toFixed(1),
  }
}

const STEADY_VMS = 10

const SUSTAINED_VMS = 10_000
const SUSTAINED_S = 60
/** Half a minute before a five-minute block ends, so that the whole fleet is folded in the middle of it. */
const BEFORE_BORDER_S = 30

/** 10,000 samples each second of a minute, at the pace of the clock: what it costs main, and how far the disk lags. */
const sustain = async (): Promise<Record<string, string>> => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-bench-'))
  const onTrouble = ({ message }: { message: string }) => console.log(message)
  const store = await openStore({ dataDir, log: silentLog, onTrouble })
  const random = new Random(1)
  const made = Array.from({ length: 8 }, (_, turn) =>
    Array.from({ length: SUSTAINED_VMS }, (_, vm) => aNoisySecond(vm, turn, random)),
  )
  const onMain: number[] = []
  const lags: number[] = []
  const answers: Promise<void>[] = []
  const fromMs = performance.now()
  for (let second = 0; second < SUSTAINED_S; second++) {
    await delay(Math.max(0, fromMs + second * 1000 - performance.now()))
    const atMs = START_MS + (300 - BEFORE_BORDER_S + second) * 1000
    const samples = (made[second % made.length] ?? []).map(sample => ({ ...sample, atMs }))
    const startMs = performance.now()
    store.appendSamples(samples)
    onMain.push(performance.now() - startMs)
    answers.push(store.decisions(1).then(() => void lags.push(performance.now() - startMs)))
  }
  await Promise.all(answers)
  let kept = 0
  for (let vm = 0; vm < SUSTAINED_VMS; vm++)
    kept += (await store.series(`vm-${vm}`, START_MS, START_MS + DAY_S * 1000)).atMs.length
  await store.close()
  await rm(dataDir, { recursive: true })
  const written = SUSTAINED_VMS * SUSTAINED_S
  return {
    'samples written': written.toString(),
    'samples lost': (written - kept).toString(),
    "share of main's time %": (
      (onMain.reduce((sum, ms) => sum + ms, 0) / (SUSTAINED_S * 1000)) *
      100
    ).toFixed(2),
    'ms of main a second, median': medianOf(onMain).toFixed(2),
    'ms of main a second, longest': Math.max(...onMain).toFixed(1),
    'ms until committed, median': medianOf(lags).toFixed(0),
    'ms until committed, longest (the fleet is folded)': Math.max(...lags).toFixed(0),
  }
}

/** What VMs cost on the disk once seconds have gone over into averages: a day of seconds and what is older, as averages. */
const steadyState = async (): Promise<Record<string, string>> => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-bench-'))
  const database = new StoreDatabase(openDatabase(dataDir), error => {
    throw error
  })
  const retention = { samplesMs: DAY_S * 1000, averagesMs: 7 * DAY_S * 1000 }
  const random = new Random(1)
  for (let second = 0; second < 8 * DAY_S; second += 100) {
    const samples = Array.from({ length: 1000 }, (_, at) =>
      aNoisySecond(at % STEADY_VMS, second + Math.floor(at / STEADY_VMS), random),
    )
    database.write([packSamples(samples)], [])
    while (database.tidy(second * 1000, retention));
  }
  const range = { fromMs: 0, toMs: 9e15 }
  const [seconds, averages] = [1000, 30_000].map(stepMs =>
    timeOf(() => database.series('vm-0', { ...range, stepMs: stepMs as SeriesStepMs })),
  )
  database.close()
  const bytes = bytesIn(dataDir)
  await rm(dataDir, { recursive: true })
  return {
    'file after eight days, MB': (bytes / 1e6).toFixed(2),
    'bytes per VM-second of the day kept as seconds': (bytes / (STEADY_VMS * DAY_S)).toFixed(2),
    'bytes per VM-second of all that is kept': (bytes / (STEADY_VMS * 8 * DAY_S)).toFixed(2),
    'rows of all there is': seconds?.rows.toString() ?? '',
    'ms to read them, median': seconds?.ms.toFixed(1) ?? '',
    'averages of the week': averages?.rows.toString() ?? '',
    'ms to read averages, median': averages?.ms.toFixed(1) ?? '',
  }
}

const timeOf = (read: () => VmSeries): { readonly rows: number; readonly ms: number } => {
  const times: number[] = []
  let rows = 0
  for (let turn = 0; turn < READS; turn++) {
    const fromMs = performance.now()
    rows = read().atMs.length
    times.push(performance.now() - fromMs)
  }
  return { rows, ms: medianOf(times) }
}

/** Samples through the real store, its thread included: a second of the fleet at a time, then series of one VM. */
export const bench = {
  name: 'store',
  about: 'samples written and read back',
  run: async () => {
    console.table({
      '10 VMs for a day': await measureFleet(10, DAY_S),
      '1,000 VMs for half an hour': await measureFleet(1000, 1800),
      '1,000 VMs for two hours': await measureFleet(1000, 7200),
    })
    console.table({ '10 VMs for eight days': await steadyState() })
    console.table({ '10,000 samples/s for a minute': await sustain() })
  },
}
