import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../../src/main/adapters/sqlite/open-store.ts'
import { VolatileStore } from '../../src/main/adapters/sqlite/volatile-store.ts'
import type { Store } from '../../src/main/ports/store.ts'
import type { JournalStep } from '../../src/shared/model/journal.ts'
import { UNAVAILABLE } from '../../src/shared/model/measure.ts'
import type { ScheduledMigration } from '../../src/shared/model/schedule.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import {
  aRunOfSamples,
  aStoredBreach,
  aStoredDecision,
  aStoredMigration,
  aStoredSample,
  aStoredWorkingSet,
  BLOCK_START_MS,
} from '../support/store-records.ts'

type Opened = { readonly store: Store; readonly remove: () => Promise<void> }

const silent = { info: () => {}, warn: () => {}, error: () => {} }

const sqlite = async (): Promise<Opened> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'longshore-store-'))
  const store = await openStore({
    dataDir,
    log: silent,
    onTrouble: failure => expect.fail(failure.message),
  })
  return { store, remove: () => rm(dataDir, { recursive: true }) }
}

const inMemory = (store: Store) => async (): Promise<Opened> => ({ store, remove: async () => {} })

describe.each([
  { name: 'SQLite', open: sqlite },
  { name: 'the volatile store', open: () => inMemory(new VolatileStore())() },
  { name: "the tests' fake", open: () => inMemory(memoryStore())() },
])('a store on $name', ({ open }) => {
  let store: Store
  let remove: () => Promise<void>

  beforeEach(async () => {
    const opened = await open()
    store = opened.store
    remove = opened.remove
  })
  afterEach(async () => {
    await store.close()
    await remove()
  })

  test('reads see the writes before them without a flush', async () => {
    store.appendSamples([aStoredSample()])
    store.appendDecision(aStoredDecision())
    const series = await store.series('vm-1', BLOCK_START_MS, BLOCK_START_MS + 1)
    expect([...series.atMs]).toEqual([BLOCK_START_MS])
    expect(await store.decisions(10)).toEqual([aStoredDecision()])
  })

  test('values come back within a four-thousandth and unavailable ones as NaN', async () => {
    const estimated = { origin: 'estimated', value: 777_777, ageMs: 2000 } as const
    store.appendSamples([
      aStoredSample(),
      aStoredSample({ atMs: BLOCK_START_MS + 1000, dirtyPagesPerSecond: estimated, cpuRatio: UNAVAILABLE }),
      aStoredSample({ atMs: BLOCK_START_MS + 2000, dirtyPagesPerSecond: UNAVAILABLE }),
    ])
    const series = await store.series('vm-1', BLOCK_START_MS, BLOCK_START_MS + 3000)
    expect(series.cpuRatio[0]).toBeCloseTo(0.4321, 4)
    expect(series.cpuRatio[1]).toBeNaN()
    expect(series.memoryRatio[0]).toBe(0.5)
    expect((series.ioBytesPerSecond[0] ?? 0) / 12_345_678).toBeCloseTo(1, 3)
    expect(series.dirtyPagesPerSecond[0]).toBe(1234)
    expect((series.dirtyPagesPerSecond[1] ?? 0) / 777_777).toBeCloseTo(1, 3)
    expect(series.dirtyPagesPerSecond[2]).toBeNaN()
    expect(series.pageFaultsPerSecond[0]).toBeNaN()
    expect([...series.dirtyOrigin]).toEqual([1, 2, 0])
  })

  test('a series holds its first instant and not its last, oldest first, of one VM only', async () => {
    store.appendSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 1000))
    store.appendSamples(aRunOfSamples('vm-2', BLOCK_START_MS, 5))
    const series = await store.series('vm-1', BLOCK_START_MS + 250_000, BLOCK_START_MS + 950_000)
    expect(series.atMs.length).toBe(700)
    expect(series.atMs[0]).toBe(BLOCK_START_MS + 250_000)
    expect([...series.dirtyPagesPerSecond]).toEqual(Array.from({ length: 700 }, (_, i) => i + 250))
  })

  test('samples that arrive late or twice are in order and once, the last word counting', async () => {
    store.appendSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 700))
    await store.flush()
    const late = aRunOfSamples('vm-1', BLOCK_START_MS + 500, 2)
    const again = aStoredSample({
      atMs: BLOCK_START_MS,
      dirtyPagesPerSecond: { origin: 'measured', value: 9, ageMs: 0 },
    })
    store.appendSamples([...late, again])
    store.appendSamples(aRunOfSamples('vm-1', BLOCK_START_MS + 700_000, 300))
    const series = await store.series('vm-1', BLOCK_START_MS, BLOCK_START_MS + 2000)
    expect([...series.atMs].map(time => time - BLOCK_START_MS)).toEqual([0, 500, 1000, 1500])
    expect([...series.dirtyPagesPerSecond]).toEqual([9, 0, 1, 1])
  })

  const vm1 = { seriesId: 'vm-1', ioCapacityBytesPerSecond: null }

  test('a grid has the means of each stretch, row by row, and NaN where nothing is known', async () => {
    store.appendSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 900))
    store.appendSamples(aRunOfSamples('vm-2', BLOCK_START_MS + 60_000, 60))
    const grid = await store.grid({
      subjects: [vm1, { ...vm1, seriesId: 'vm-2' }, { ...vm1, seriesId: 'nobody' }],
      figure: 'dirty',
      fromMs: BLOCK_START_MS,
      toMs: BLOCK_START_MS + 180_000,
      columns: 3,
    })
    // Means of 0..59, 60..119 and 120..179.
    const none = Number.NaN
    expect([...grid]).toEqual([29.5, 89.5, 149.5, none, 29.5, none, none, none, none])
  })

  test('late samples count once in a grid', async () => {
    const at = (second: number, value: number) =>
      aStoredSample({
        atMs: BLOCK_START_MS + second * 1000,
        dirtyPagesPerSecond: { origin: 'measured', value, ageMs: 0 },
      })
    store.appendSamples(Array.from({ length: 700 }, (_, second) => at(second, 100)))
    await store.flush()
    store.appendSamples(Array.from({ length: 30 }, (_, second) => at(second, 400)))
    store.appendSamples(Array.from({ length: 300 }, (_, second) => at(700 + second, 100)))
    await store.flush()
    const grid = await store.grid({
      subjects: [vm1],
      figure: 'dirty',
      fromMs: BLOCK_START_MS,
      toMs: BLOCK_START_MS + 60_000,
      columns: 2,
    })
    expect([...grid]).toEqual([400, 100])
  })

  test('the load of a grid counts I/O where its capacity is known, and is infinite where a resource is used up', async () => {
    const ratio = (value: number) => ({ origin: 'measured', value, ageMs: 0 }) as const
    store.appendSamples([
      aStoredSample({ cpuRatio: ratio(0.5), memoryRatio: ratio(0.5), ioBytesPerSecond: ratio(1000) }),
      aStoredSample({ atMs: BLOCK_START_MS + 1000, cpuRatio: ratio(1), memoryRatio: ratio(0.5) }),
      aStoredSample({ atMs: BLOCK_START_MS + 2000, cpuRatio: UNAVAILABLE }),
    ])
    const loadsOf = async (ioCapacityBytesPerSecond: number | null) => [
      ...(await store.grid({
        subjects: [{ seriesId: 'vm-1', ioCapacityBytesPerSecond }],
        figure: 'load',
        fromMs: BLOCK_START_MS,
        toMs: BLOCK_START_MS + 3000,
        columns: 3,
      })),
    ]
    expect(await loadsOf(null)).toEqual([4, Number.POSITIVE_INFINITY, Number.NaN])
    expect(await loadsOf(2000)).toEqual([8, Number.POSITIVE_INFINITY, Number.NaN])
  })

  test('a series of an unknown VM or an empty stretch is empty', async () => {
    store.appendSamples([aStoredSample()])
    expect((await store.series('nobody', 0, 9e15)).atMs.length).toBe(0)
    expect((await store.series('vm-1', BLOCK_START_MS, BLOCK_START_MS)).atMs.length).toBe(0)
    expect((await store.series('vm-1', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).atMs.length).toBe(
      1,
    )
  })

  test('decisions and migrations are newest first and at most as many as asked for', async () => {
    for (const n of [2, 1, 3]) {
      store.appendDecision(aStoredDecision({ id: `d${n}`, atMs: BLOCK_START_MS + n }))
      store.putMigration(aStoredMigration({ id: `m${n}`, startedAtMs: BLOCK_START_MS + n }))
    }
    store.appendDecision(aStoredDecision({ id: 'd3-later-in-the-same-instant', atMs: BLOCK_START_MS + 3 }))
    expect((await store.decisions(2)).map(({ id }) => id)).toEqual(['d3-later-in-the-same-instant', 'd3'])
    expect((await store.migrations(2)).map(({ id }) => id)).toEqual(['m3', 'm2'])
  })

  test('the decisions of one migration are found among all others, oldest first', async () => {
    for (const id of ['m1:round-2', 'm1:round-1', 'm10:round-1', 'm1', 'other'])
      store.appendDecision(aStoredDecision({ id, atMs: BLOCK_START_MS + Number(id.slice(-1)) || 1 }))
    expect((await store.decisionsOf('m1')).map(({ id }) => id)).toEqual(['m1:round-1', 'm1:round-2'])
    expect(await store.decisionsOf('nobody')).toEqual([])
  })

  test('of the working sets of a VM one an hour is kept, the latest, of its newest day', async () => {
    const hourMs = 3_600_000
    for (let hour = 0; hour < 30; hour++)
      for (const minute of [10, 40])
        store.putWorkingSet(aStoredWorkingSet({ atMs: hour * hourMs + minute * 60_000 }))
    store.putWorkingSet(aStoredWorkingSet({ vmId: 'vm-2', atMs: 1 }))
    const kept = await store.workingSets('vm-1', 99)
    expect(kept).toHaveLength(24)
    expect(kept[0]).toEqual(aStoredWorkingSet({ atMs: 29 * hourMs + 40 * 60_000 }))
    expect(kept.at(-1)?.atMs).toBe(6 * hourMs + 40 * 60_000)
    expect(await store.workingSets('vm-2', 1)).toHaveLength(1)
  })

  test('a breach is kept from its beginning, replaced at its end, newest first', async () => {
    store.putBreach(aStoredBreach())
    store.putBreach(aStoredBreach({ id: 'breach-2', fromMs: BLOCK_START_MS + 1 }))
    const ended = aStoredBreach({ untilMs: BLOCK_START_MS + 9000, peak: 2000 })
    store.putBreach(ended)
    expect(await store.breaches(9)).toMatchObject([{ id: 'breach-2' }, ended])
    expect(await store.breaches(1)).toMatchObject([{ id: 'breach-2' }])
  })

  test('a migration put again replaces the first, a decision never changes', async () => {
    store.putMigration(aStoredMigration())
    store.putMigration(aStoredMigration({ phase: 'completed' }))
    store.appendDecision(aStoredDecision())
    store.appendDecision(aStoredDecision({ outcome: 'something else' }))
    expect(await store.migrations(10)).toEqual([aStoredMigration({ phase: 'completed' })])
    expect(await store.decisions(10)).toEqual([aStoredDecision()])
  })

  test('connections come back in the order they were added, changed ones in place, passwords never', async () => {
    const pool = { id: 'a', name: 'A', url: 'https://pool-a', user: 'root', level: 'advise' } as const
    store.putConnection(pool)
    store.putConnection({ ...pool, id: 'b' })
    const withPassword = { ...pool, level: 'observe', password: 'secret' } as const
    store.putConnection(withPassword)
    expect(await store.connections()).toEqual([
      { ...pool, level: 'observe' },
      { ...pool, id: 'b' },
    ])
  })

  test('a connection that was removed is gone, and the place its password is kept in comes back', async () => {
    const pool = { id: 'a', name: 'A', url: 'https://pool-a', user: 'root', level: 'advise' } as const
    store.putConnection({ ...pool, keep: 'os' })
    store.putConnection({ ...pool, id: 'b', keep: 'run' })
    store.removeConnection('a')
    store.removeConnection('never there')
    expect(await store.connections()).toEqual([{ ...pool, id: 'b', keep: 'run' }])
  })

  test('pins come back by address, the last word counting, until they are removed', async () => {
    const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':')
    const pin = { address: 'pool-a:443', fingerprint, sinceMs: 1, by: 'pool' } as const
    store.putPin(pin)
    store.putPin({ ...pin, sinceMs: 2, by: 'operator' })
    store.putPin({ ...pin, address: '[::1]:443' })
    expect(await store.pins()).toEqual([
      { ...pin, sinceMs: 2, by: 'operator' },
      { ...pin, address: '[::1]:443' },
    ])
    store.removePin('pool-a:443')
    expect((await store.pins()).map(({ address }) => address)).toEqual(['[::1]:443'])
  })

  test('the schedule comes back by id, the last word counting, until entries are removed', async () => {
    const entry: ScheduledMigration = {
      id: 'a',
      connectionId: 'c',
      vmId: 'vm',
      vmName: 'db-07',
      destinationHostId: null,
      policy: 's1',
      atMs: BLOCK_START_MS,
      heldBackBecause: null,
    }
    store.putSchedule(entry)
    store.putSchedule({ ...entry, id: 'b' })
    store.putSchedule({ ...entry, atMs: BLOCK_START_MS + 1 })
    expect(await store.schedule()).toEqual([
      { ...entry, atMs: BLOCK_START_MS + 1 },
      { ...entry, id: 'b' },
    ])
    store.removeSchedule('a')
    expect((await store.schedule()).map(({ id }) => id)).toEqual(['b'])
  })

  test('the journal keeps its order and forgets only what has ended', async () => {
    const line = (migrationId: string, step: JournalStep) =>
      store.appendJournal({ migrationId, atMs: BLOCK_START_MS, ...step })
    await line('a', { step: 'intended', migration: aStoredMigration({ id: 'a' }) })
    await line('b', { step: 'intended', migration: aStoredMigration({ id: 'b' }) })
    await line('a', { step: 'ordered' })
    await line('b', { step: 'ended', phase: 'failed' })
    await line('a', { step: 'taken' })
    expect(await store.openJournal()).toMatchObject([
      { migrationId: 'a', step: 'intended', migration: { id: 'a' }, atMs: BLOCK_START_MS },
      { migrationId: 'a', step: 'ordered' },
      { migrationId: 'a', step: 'taken' },
    ])
  })

  test('settings come back one by one, the last word counting, until they are taken away', async () => {
    expect(await store.settings()).toEqual({})
    store.putSettings({ retention: { samplesMs: 3_600_000 }, stoppedSinceMs: 5 })
    store.putSettings({ retention: { averagesMs: 86_400_000 } })
    expect(await store.settings()).toEqual({ retention: { averagesMs: 86_400_000 }, stoppedSinceMs: 5 })
    store.putSettings({ stoppedSinceMs: null })
    expect(await store.settings()).toEqual({ retention: { averagesMs: 86_400_000 } })
  })

  test('closing twice is harmless', async () => {
    await store.close()
    await store.close()
  })
})
