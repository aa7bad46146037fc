import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { openDatabase } from '../../src/main/adapters/sqlite/open-database.ts'
import { openStore } from '../../src/main/adapters/sqlite/open-store.ts'
import { packSamples } from '../../src/main/adapters/sqlite/sample-rows.ts'
import { StoreDatabase } from '../../src/main/adapters/sqlite/store-database.ts'
import { Random } from '../../src/main/core/numeric/random.ts'
import { firstLineRead, heatLines, idsRead } from '../../src/renderer/features/pool/heat-lines.ts'
import type { PoolHeat } from '../../src/shared/contract/pool.ts'
import { type GridFigure, type GridOrder, gridFigures } from '../../src/shared/model/figure-grid.ts'
import { type Measure, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import type { VmSample } from '../../src/shared/model/sample.ts'
import { encodeMessage } from '../../src/shared/rpc/codec.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { deviationOf, medianOf } from './statistics.ts'

const HOURS = 6
const START_MS = 1_700_000_100_000
/** Servers have new figures every 5 s; what is read does not depend on it. */
const EVERY_MS = 5000
const COLUMNS = 240
const TURNS = 9

const measured = (value: number): Measure => ({ origin: 'measured', value: Math.max(0, value), ageMs: 0 })

const aSample = (vm: number, atMs: number, random: Random): VmSample => {
  const load = 0.45 + 0.3 * Math.sin(vm + atMs / 600_000) + 0.1 * random.unit()
  return {
    vmId: `vm-${vm}`,
    atMs,
    cpuRatio: measured(load),
    memoryRatio: measured(0.5),
    ioBytesPerSecond: measured(load * 4e7),
    diskReadBytesPerSecond: UNAVAILABLE,
    networkReceiveBytesPerSecond: UNAVAILABLE,
    dirtyPagesPerSecond: measured(load * 9000),
    pageFaultsPerSecond: UNAVAILABLE,
  }
}

const measureGrid = async (vmCount: number): Promise<Record<string, string>> => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-bench-'))
  const database = new StoreDatabase(openDatabase(dataDir), error => {
    throw error
  })
  const random = new Random(1)
  const endMs = START_MS + HOURS * 3_600_000
  for (let atMs = START_MS; atMs < endMs; atMs += EVERY_MS) {
    const samples = Array.from({ length: vmCount }, (_, vm) => aSample(vm, atMs, random))
    database.write([packSamples(samples)], [])
    while (database.tidy(atMs, { samplesMs: 86_400_000, averagesMs: 604_800_000 }));
  }
  const subjects = Array.from({ length: vmCount }, (_, vm) => ({
    seriesId: `vm-${vm}`,
    ioCapacityBytesPerSecond: null,
  }))
  const timesOf = (figure: GridFigure): readonly number[] =>
    Array.from({ length: TURNS }, () => {
      const fromMs = performance.now()
      const grid = database.grid({ subjects, figure, fromMs: START_MS, toMs: endMs, columns: COLUMNS })
      if (grid.some(Number.isNaN)) throw new Error('a cell is empty')
      return performance.now() - fromMs
    })
  const rows = gridFigures.flatMap(figure => {
    const times = timesOf(figure)
    return [
      [`${figure}, min ms`, Math.min(...times).toFixed(0)],
      [`${figure}, median ms`, medianOf(times).toFixed(0)],
      [`${figure}, deviation ms`, deviationOf(times).toFixed(0)],
    ]
  })
  database.close()
  const journalMs = await journalBesideReads(dataDir, {
    subjects,
    figure: 'load',
    fromMs: START_MS,
    toMs: endMs,
  })
  await rm(dataDir, { recursive: true })
  return Object.fromEntries([
    ...rows,
    ['journal line beside 10 reads, median ms', medianOf(journalMs).toFixed(0)],
    ['journal line beside 10 reads, longest ms', Math.max(...journalMs).toFixed(0)],
  ])
}

/** How long a line of the journal takes to be on the disk while ten reads of the whole grid are under way. */
const journalBesideReads = async (
  dataDir: string,
  order: Omit<GridOrder, 'columns'>,
): Promise<readonly number[]> => {
  const onTrouble = ({ message }: { message: string }) => console.log(message)
  const store = await openStore({ dataDir, log: silentLog, onTrouble })
  const times: number[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    const reads = Array.from({ length: 10 }, () => store.grid({ ...order, columns: COLUMNS }))
    await reads[0]
    const fromMs = performance.now()
    await store.appendJournal({ migrationId: 'migration', atMs: START_MS, step: 'ordered' })
    times.push(performance.now() - fromMs)
    await Promise.all(reads)
  }
  await store.close()
  return times
}

/** Bytes of an answer to a window: as many rows as it asks for with its view on some line, of so many VMs. */
const answerBytes = (vmCount: number): number => {
  const ids = Array.from(
    { length: vmCount },
    (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
  )
  const lines = heatLines([{ heading: null, ids }], id => id)
  const rowIds = idsRead(lines, firstLineRead(vmCount / 2))
  const answer: PoolHeat = {
    rowIds,
    fromMs: START_MS,
    toMs: START_MS + HOURS * 3_600_000,
    columns: COLUMNS,
    values: new Float32Array(rowIds.length * COLUMNS),
    forecastAtMs: START_MS,
    aheadMs: [1000, 10_000, 30_000, 60_000],
    forecast: new Float32Array(rowIds.length * 4),
  }
  return encodeMessage(answer).length
}

/** The past of a pool for its heatmap: six hours of every VM in 240 columns, as the store's thread puts them together. */
export const bench = {
  name: 'pool-heat',
  about: "a pool's history put together by the store",
  run: async () => {
    console.table({
      '100 VMs, 6 h': await measureGrid(100),
      '1,000 VMs, 6 h': await measureGrid(1000),
    })
    for (const vms of [100, 1000, 10_000])
      console.log(`An answer to a window, of ${vms} VMs: ${answerBytes(vms)} bytes`)
  },
}
