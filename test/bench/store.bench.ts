import { readdirSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { openStore } from '../../src/main/adapters/sqlite/open-store.ts'
import { Random } from '../../src/main/core/numeric/random.ts'
import type { Measure } from '../../src/shared/model/measure.ts'
import type { VmSample } from '../../src/shared/model/sample.ts'
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

/** Samples through the real store, its thread included: a second of the fleet at a time, then series of one VM. */
export const bench = {
  name: 'store',
  run: async () => {
    console.table({
      '10 VMs for a day': await measureFleet(10, DAY_S),
      '1,000 VMs for half an hour': await measureFleet(1000, 1800),
    })
  },
}
