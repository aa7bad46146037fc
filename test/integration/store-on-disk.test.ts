import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { settingFacts } from '../../src/main/adapters/sqlite/facts.ts'
import { databasePath, openDatabase } from '../../src/main/adapters/sqlite/open-database.ts'
import { openStore } from '../../src/main/adapters/sqlite/open-store.ts'
import { packSamples } from '../../src/main/adapters/sqlite/sample-rows.ts'
import { migrateSchema, SCHEMA_STEPS } from '../../src/main/adapters/sqlite/schema.ts'
import { ENDED_JOURNAL_KEPT_MS, StoreDatabase } from '../../src/main/adapters/sqlite/store-database.ts'
import { StoreThread } from '../../src/main/adapters/sqlite/store-thread.ts'
import { Random } from '../../src/main/core/numeric/random.ts'
import type { Store } from '../../src/main/ports/store.ts'
import { Failure, type FailureReport } from '../../src/shared/failure.ts'
import { type Measure, UNAVAILABLE } from '../../src/shared/model/measure.ts'
import {
  aRunOfSamples,
  aStoredBreach,
  aStoredDecision,
  aStoredMigration,
  aStoredSample,
  BLOCK_START_MS,
} from '../support/store-records.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const HOUR_MS = 3_600_000
const ALL_SECONDS = { fromMs: 0, toMs: 9e15, stepMs: 1000 } as const
const ALL_AVERAGES = { ...ALL_SECONDS, stepMs: 30_000 } as const
let dataDir: string
let troubles: FailureReport[]
let stores: Store[]

/** Held for the whole file: a thread that ends unloads the SQLite module, and this one must not load it at that moment. */
const held = new Database(':memory:')
afterAll(() => held.close())

const open = async (options: { dataDir?: string } = {}): Promise<Store> => {
  const store = await openStore({
    dataDir,
    log: silent,
    onTrouble: failure => troubles.push(failure),
    ...options,
  })
  stores.push(store)
  return store
}

const aFact = { table: 'decision', id: 'd', atMs: 1, body: '"kept"' } as const

/** The work of the store's thread in this one, and the database it has open at the time. */
const openThread = () => {
  let database: Database.Database | undefined
  const thread = new StoreThread({
    settings: { dataDir, retention: { samplesMs: HOUR_MS, averagesMs: 7 * HOUR_MS } },
    open: folder => {
      database = openDatabase(folder)
      return database
    },
    nowMs: () => BLOCK_START_MS,
    onTrouble: failure => troubles.push(failure),
  })
  return {
    thread,
    database: () => {
      if (!database) throw new Error('no database is open')
      return database
    },
  }
}

const failureOf = async (promise: Promise<unknown>): Promise<Failure> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Failure)) throw new Error(`not a Failure: ${error}`)
  return error
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'longshore-store-'))
  troubles = []
  stores = []
})
afterEach(async () => {
  await Promise.all(stores.map(store => store.close()))
  await rm(dataDir, { recursive: true })
})

test('what was written is there after closing and opening again, over many blocks', async () => {
  const first = await open()
  for (const [index, sample] of aRunOfSamples('vm-1', BLOCK_START_MS, 1000).entries())
    first.appendSamples([sample, { ...sample, vmId: `vm-${2 + (index % 3)}` }])
  first.appendDecision(aStoredDecision())
  first.putMigration(aStoredMigration())
  await first.close()

  const second = await open()
  const series = await second.series('vm-1', 0, Number.MAX_SAFE_INTEGER)
  expect([...series.dirtyPagesPerSecond]).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  expect((await second.series('vm-3', 0, Number.MAX_SAFE_INTEGER)).atMs.length).toBe(333)
  expect(await second.decisions(10)).toEqual([aStoredDecision()])
  expect(await second.migrations(10)).toEqual([aStoredMigration()])
  expect(troubles).toEqual([])
})

test('a folder that cannot be made is refused in a plain sentence', async () => {
  writeFileSync(join(dataDir, 'file'), '')
  const failure = await failureOf(open({ dataDir: join(dataDir, 'file', 'below') }))
  expect(failure.code).toBe('storage')
  expect(failure.message).toMatch(/^The history at .*longshore\.db cannot be opened: a file is in the way/)
  expect(failure.remedy).toMatch(/another data folder/)
})

test('a database that cannot be opened is refused and left alone', async () => {
  await mkdir(databasePath(dataDir))
  const failure = await failureOf(open())
  expect(failure.code).toBe('storage')
  expect(readdirSync(dataDir)).toEqual(['longshore.db', 'longshore.lock'])
})

test('a database of a newer version is refused and moved nowhere', async () => {
  await (await open()).close()
  const database = new Database(databasePath(dataDir))
  database.pragma('user_version = 99')
  database.close()
  const before = readFileSync(databasePath(dataDir))
  const failure = await failureOf(open())
  expect(failure.code).toBe('storage')
  expect(failure.message).toMatch(/newer Longshore \(version 99/)
  expect(readdirSync(dataDir)).toEqual(['longshore.db', 'longshore.lock'])
  expect(readFileSync(databasePath(dataDir))).toEqual(before)
})

test('a second Longshore on the same folder is refused', async () => {
  await open()
  const failure = await failureOf(open())
  expect(failure.message).toMatch(/another program is using it/)
})

test('an older schema is brought forward step by step and keeps its rows', () => {
  const database = new Database(':memory:')
  const [first = ''] = SCHEMA_STEPS
  migrateSchema(database, [first])
  database.prepare("INSERT INTO vm (id) VALUES ('vm-1')").run()
  migrateSchema(database, [first, 'ALTER TABLE vm ADD COLUMN seen_at_ms INTEGER', 'CREATE TABLE more (a)'])
  expect(database.pragma('user_version', { simple: true })).toBe(3)
  expect(database.prepare('SELECT * FROM vm').all()).toEqual([{ number: 1, id: 'vm-1', seen_at_ms: null }])
  expect(() => migrateSchema(database, [first])).toThrow('newer')
  database.close()
})

test('a step that fails leaves the schema as it was before that step', () => {
  const database = new Database(':memory:')
  expect(() => migrateSchema(database, ['CREATE TABLE a (b)', 'CREATE TABLE c (d); nonsense'])).toThrow()
  expect(database.pragma('user_version', { simple: true })).toBe(1)
  expect(database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()).toEqual(['a'])
  database.close()
})

test.each([
  { damage: 'a file that is no database', harm: () => Buffer.alloc(20_000, 'not a database') },
  {
    damage: 'a broken page in a table that is read at the start',
    harm: (file: Buffer) => file.fill(0xff, 16_384, file.length),
  },
])('$damage is moved aside, a new one begun and the operator told', async ({ harm }) => {
  const first = await open()
  first.appendDecision(aStoredDecision())
  await first.close()
  writeFileSync(databasePath(dataDir), harm(readFileSync(databasePath(dataDir))))

  const second = await open()
  expect(await second.decisions(10)).toEqual([])
  second.appendDecision(aStoredDecision({ id: 'after' }))
  expect((await second.decisions(10)).map(({ id }) => id)).toEqual(['after'])
  expect(troubles).toHaveLength(1)
  expect(troubles[0]?.code).toBe('storage')
  const aside = readdirSync(dataDir).filter(name => /^longshore-damaged-\d{8}-\d{6}\.db$/.test(name))
  expect(aside).toHaveLength(1)
  expect(troubles[0]?.message).toContain(aside[0])
  expect(troubles[0]?.message).toContain('Nothing in it could be read.')
})

test('damage found while running is survived: the rest goes into a new database', () => {
  const { thread, database } = openThread()
  thread.write([packSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 700))], [])
  while (thread.tidy());
  const page = Number(
    database().prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'sample_block_by_vm'").pluck().get(),
  )
  thread.close()
  const file = readFileSync(databasePath(dataDir))
  writeFileSync(databasePath(dataDir), file.fill(0xff, (page - 1) * 16_384, page * 16_384))

  const { thread: again } = openThread()
  expect(troubles).toEqual([])
  expect(again.answer({ kind: 'series', vmId: 'vm-1', ...ALL_SECONDS })).toMatchObject({
    atMs: { length: 700 },
  })
  expect(again.write([], [aFact])).toBe(true)
  expect(again.answer({ kind: 'facts', table: 'decision', limit: 9 })).toEqual([aFact.body])
  again.close()
  expect(troubles.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /was damaged; it was put aside .* Saved from it: 3 stretches of samples\. Nothing else/,
    ),
  ])
})

test('what can be read of a damaged history is in the new one, and what is lost is counted', async () => {
  const { thread, database } = openThread()
  const decisions = Array.from({ length: 300 }, (_, n) => ({
    ...aFact,
    id: `d${n}`,
    atMs: n,
    body: JSON.stringify(aStoredDecision({ id: `d${n}` })),
  }))
  const breach = { table: 'breach', id: 'b', atMs: 1, body: JSON.stringify(aStoredBreach()) } as const
  const connection = { table: 'connection', id: 'c', atMs: 0, body: '{"id":"c"}' } as const
  thread.write([packSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 700))], [...decisions, breach, connection])
  while (thread.tidy());
  const leaves = database()
    .prepare<[], number>(
      "SELECT pageno FROM dbstat WHERE name = 'decision' AND pagetype = 'leaf' ORDER BY pageno",
    )
    .pluck()
  let pages: readonly number[]
  try {
    pages = leaves.all()
  } finally {
    thread.close()
  }
  const file = readFileSync(databasePath(dataDir))
  for (const page of [pages[1], pages[3]]) file.fill(0xff, ((page ?? 0) - 1) * 16_384, (page ?? 0) * 16_384)
  writeFileSync(databasePath(dataDir), file)

  const { thread: again } = openThread()
  const kept = again.answer({ kind: 'facts', table: 'decision', limit: 999 })
  if (!Array.isArray(kept)) throw new Error('no decisions came back')
  const lost = 300 - kept.length
  expect(lost).toBeGreaterThan(10)
  expect(lost).toBeLessThan(90)
  expect(again.answer({ kind: 'facts', table: 'breach', limit: 9 })).toEqual([breach.body])
  expect(again.answer({ kind: 'facts', table: 'connection', limit: 9 })).toEqual([connection.body])
  expect(again.answer({ kind: 'series', vmId: 'vm-1', ...ALL_SECONDS })).toMatchObject({
    atMs: { length: 700 },
  })
  again.close()
  expect(troubles).toHaveLength(1)
  expect(troubles[0]?.message).toContain(
    `Saved from it: ${kept.length} decisions, 1 breach, 1 connection, 3 stretches of samples. Lost: ${lost} decisions.`,
  )
})

test('a damaged block of samples is left out, reported once, and the rest is read', () => {
  const { thread, database } = openThread()
  thread.write([packSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 700))], [])
  while (thread.tidy());
  database().prepare('UPDATE sample_block SET packed = ? WHERE number = 1').run(Buffer.from('broken'))
  const series = () => thread.answer({ kind: 'series', vmId: 'vm-1', ...ALL_SECONDS })
  series()
  expect(series()).toMatchObject({ atMs: { length: 400 } })
  expect(troubles).toHaveLength(1)
  thread.close()
})

test('a full disk is reported once; decisions wait and are written when there is room', () => {
  const { thread, database } = openThread()
  database().pragma('max_page_count = 1')
  const many = packSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 2000))
  expect(thread.write([many], [aFact])).toBe(false)
  expect(thread.write([many], [])).toBe(false)
  expect(troubles).toHaveLength(1)
  expect(troubles[0]?.message).toMatch(/cannot be written: the disk is full/)
  database().pragma('max_page_count = 1000000')
  expect(thread.write([], [])).toBe(true)
  expect(thread.answer({ kind: 'facts', table: 'decision', limit: 9 })).toEqual([aFact.body])
  expect(thread.answer({ kind: 'series', vmId: 'vm-1', ...ALL_SECONDS })).toMatchObject({
    atMs: { length: 0 },
  })
  thread.close()
})

// 200 is a whole step of folding: the journal once grew for ever when the fleet was a multiple of it.
test.each([199, 200, 201])('with %d VMs the journal keeps only what is in no block yet', vmCount => {
  const { thread, database } = openThread()
  for (let second = 0; second < 602; second++) {
    const samples = Array.from({ length: vmCount }, (_, vm) =>
      aRunOfSamples(`vm-${vm}`, BLOCK_START_MS + second * 1000, 1),
    )
    thread.write([packSamples(samples.flat())], [])
    while (thread.tidy());
  }
  expect(database().prepare('SELECT count(*) FROM sample_journal').pluck().get()).toBe(2)
  expect(thread.answer({ kind: 'series', vmId: 'vm-7', ...ALL_SECONDS })).toMatchObject({
    atMs: { length: 602 },
  })
  thread.close()
})

test('seconds are kept for a day by the wall clock, averages of them for a week', () => {
  const store = new StoreDatabase(openDatabase(dataDir), error => expect.fail(String(error)))
  const retention = { samplesMs: 24 * HOUR_MS, averagesMs: 7 * 24 * HOUR_MS }
  const settle = (nowMs: number) => {
    while (store.tidy(nowMs, retention));
  }
  store.write([packSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 301))], [])
  settle(0)
  store.write([packSamples(aRunOfSamples('vm-1', BLOCK_START_MS + 301_000, 300))], [])
  settle(HOUR_MS)
  expect(store.series('vm-1', ALL_SECONDS).atMs.length).toBe(601)
  const before = store.series('vm-1', ALL_AVERAGES)
  settle(24 * HOUR_MS + 1)
  expect(store.series('vm-1', ALL_AVERAGES)).toEqual(before)
  const { atMs, dirtyPagesPerSecond, stepMs } = store.series('vm-1', ALL_SECONDS)
  expect(stepMs).toBe(1000)
  expect([...atMs.slice(0, 12)].map(time => (time - BLOCK_START_MS) / 1000)).toEqual([
    0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 301,
  ])
  expect([dirtyPagesPerSecond[0], dirtyPagesPerSecond[1]]).toEqual([14.5, 44.5])
  settle(7 * 24 * HOUR_MS + HOUR_MS + 1)
  expect([...store.series('vm-1', ALL_SECONDS).atMs]).toEqual([BLOCK_START_MS + 600_000])
  store.close()
})

test('what an operator sets to be kept counts from the next piece of housekeeping on', () => {
  const database = new StoreDatabase(openDatabase(dataDir), () => {})
  const retention = { samplesMs: 24 * HOUR_MS, averagesMs: 7 * 24 * HOUR_MS }
  const tidyAt = (nowMs: number) => {
    while (database.tidy(nowMs, retention)) {}
  }
  const isSecond = () => database.series('vm-1', ALL_SECONDS).sampleCounts === undefined
  database.write([packSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 301))], [])
  tidyAt(BLOCK_START_MS)
  tidyAt(BLOCK_START_MS + 2 * HOUR_MS)
  expect(isSecond()).toBe(true)
  database.write([], settingFacts({ retention: { samplesMs: HOUR_MS } }))
  tidyAt(BLOCK_START_MS + 2 * HOUR_MS)
  expect(database.usage().samples.oldestWrittenMs).toBeNull()
  expect(database.usage().averages.oldestWrittenMs).toBe(BLOCK_START_MS)
  database.write([], settingFacts({ retention: { samplesMs: HOUR_MS, averagesMs: HOUR_MS } }))
  tidyAt(BLOCK_START_MS + 2 * HOUR_MS)
  expect(database.usage().averages.oldestWrittenMs).toBeNull()
  database.close()
})

test('what a second of a VM takes is told within a tenth of what the file grows by', () => {
  const database = new StoreDatabase(openDatabase(dataDir), () => {})
  const retention = { samplesMs: 24 * HOUR_MS, averagesMs: 7 * 24 * HOUR_MS }
  expect(database.usage().samples).toEqual({ bytesPerVmSecond: null, oldestWrittenMs: null })
  const vms = 20
  const random = new Random(1)
  const livelySamples = (vmId: string, fromMs: number) =>
    aRunOfSamples(vmId, fromMs, 3600).map(sample => ({
      ...sample,
      cpuRatio: { origin: 'measured', value: random.unit(), ageMs: 0 } as const,
      ioBytesPerSecond: { origin: 'measured', value: random.unit() * 1e7, ageMs: 0 } as const,
    }))
  const hour = (index: number) => {
    for (let vm = 0; vm < vms; vm++)
      database.write([packSamples(livelySamples(`vm-${vm}`, BLOCK_START_MS + index * HOUR_MS))], [])
    while (database.tidy(BLOCK_START_MS, retention)) {}
  }
  hour(0)
  const before = database.usage()
  hour(1)
  const { samples, fileBytes, freeBytes } = database.usage()
  const grown = fileBytes - freeBytes - (before.fileBytes - before.freeBytes)
  const ratio = (samples.bytesPerVmSecond ?? 0) / (grown / (vms * 3600))
  expect(ratio).toBeGreaterThan(0.9)
  expect(ratio).toBeLessThan(1.1)
  database.close()
})

test('an average is the mean of what was there, with its peak and count, whenever its samples came', () => {
  const store = new StoreDatabase(openDatabase(dataDir), error => expect.fail(String(error)))
  const retention = { samplesMs: HOUR_MS, averagesMs: 9 * HOUR_MS }
  const dirty = (second: number, dirtyPagesPerSecond: Measure) =>
    aStoredSample({ atMs: BLOCK_START_MS + second * 1000, dirtyPagesPerSecond })
  const settle = (nowMs: number) => {
    while (store.tidy(nowMs, retention));
  }
  const later = aStoredSample({ atMs: BLOCK_START_MS + 900_000 })
  store.write(
    [packSamples([dirty(0, { origin: 'measured', value: 100, ageMs: 0 }), dirty(1, UNAVAILABLE), later])],
    [],
  )
  settle(0)
  settle(2 * HOUR_MS)
  store.write([packSamples([dirty(2, { origin: 'estimated', value: 400, ageMs: 0 })])], [])
  const only = () => store.series('vm-1', { ...ALL_AVERAGES, toMs: BLOCK_START_MS + 30_000 })
  const expected = {
    stepMs: 30_000,
    atMs: Float64Array.of(BLOCK_START_MS),
    dirtyOrigin: Uint8Array.of(2),
    sampleCounts: Uint16Array.of(3),
    dirtyPeakPagesPerSecond: Float32Array.of(400),
    pageFaultsPerSecond: Float32Array.of(Number.NaN),
  }
  expect(only()).toMatchObject(expected)
  settle(2 * HOUR_MS)
  settle(4 * HOUR_MS)
  expect(only()).toMatchObject(expected)
  store.close()
})

test('lines of the journal go 90 days after their migration ended, open ones never', () => {
  const raw = openDatabase(dataDir)
  const database = new StoreDatabase(raw, () => {})
  const retention = { samplesMs: HOUR_MS, averagesMs: HOUR_MS }
  const line = (migration: string, step: string, atMs: number) =>
    database.appendJournal({ migration, step, body: JSON.stringify({ migrationId: migration, step, atMs }) })
  line('old', 'intended', 0)
  line('open', 'intended', 0)
  line('old', 'ended', BLOCK_START_MS)
  line('new', 'ended', BLOCK_START_MS + 24 * HOUR_MS)
  const left = () => raw.prepare('SELECT migration FROM journal ORDER BY number').pluck().all()
  const tidyAt = (nowMs: number) => {
    while (database.tidy(nowMs, retention)) {}
  }
  tidyAt(BLOCK_START_MS + ENDED_JOURNAL_KEPT_MS)
  expect(left()).toEqual(['old', 'open', 'old', 'new'])
  tidyAt(BLOCK_START_MS + ENDED_JOURNAL_KEPT_MS + 24 * HOUR_MS)
  expect(left()).toEqual(['open', 'new'])
  expect(database.openJournal()).toHaveLength(1)
  database.close()
})

test('an average belongs to a stretch that it begins in', () => {
  const store = new StoreDatabase(openDatabase(dataDir), error => expect.fail(String(error)))
  store.write([packSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 3600))], [])
  while (store.tidy(0, { samplesMs: HOUR_MS, averagesMs: HOUR_MS }));
  expect(store.series('vm-1', ALL_AVERAGES).atMs.length).toBe(120)
  const span = { fromMs: BLOCK_START_MS + 1, toMs: BLOCK_START_MS + 90_001, stepMs: 30_000 } as const
  expect([...store.series('vm-1', span).atMs].map(time => time - BLOCK_START_MS)).toEqual([
    30_000, 60_000, 90_000,
  ])
  store.close()
})

test('a write after kill -9 of the writer: every acknowledged sample is there and the file is sound', async () => {
  const writer = spawn(process.execPath, [join(import.meta.dirname, '../support/store-writer.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged = await killWhileWriting(writer, 1500)
  const store = await open()
  for (const vmId of ['vm-1', 'vm-2']) {
    const series = await store.series(vmId, 0, Number.MAX_SAFE_INTEGER)
    expect(series.atMs.length).toBeGreaterThanOrEqual(acknowledged)
    expect([...series.atMs]).toEqual(Array.from(series.atMs, (_, second) => BLOCK_START_MS + second * 1000))
  }
  await store.close()
  expect(troubles).toEqual([])
  const database = new Database(databasePath(dataDir))
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
  database.close()
})

test('a line of the journal waits for one read at most, and reads asked before it see what was written', async () => {
  const store = await open()
  store.appendSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 3000))
  const answered: string[] = []
  const reads = Array.from({ length: 20 }, async () => {
    const { atMs } = await store.series('vm-1', 0, Number.MAX_SAFE_INTEGER)
    answered.push(`${atMs.length} seconds`)
  })
  const line = { migrationId: 'a', atMs: BLOCK_START_MS, step: 'ordered' } as const
  await reads[0]
  await store.appendJournal(line).then(() => answered.push('journal'))
  await Promise.all(reads)
  // The first was awaited, the second may be under way.
  expect(answered.indexOf('journal')).toBeLessThanOrEqual(2)
  expect(answered.filter(answer => answer === '3000 seconds')).toHaveLength(20)
  await store.close()
})

/** Kills the writer at once when it has acknowledged `seconds`, in the midst of its next writes. */
const killWhileWriting = async (writer: ChildProcess, seconds: number): Promise<number> => {
  if (!writer.stdout) throw new Error('the writer has no output')
  const exited = once(writer, 'exit')
  let acknowledged = 0
  for await (const line of createInterface({ input: writer.stdout })) {
    acknowledged = Number(line)
    if (acknowledged >= seconds) writer.kill('SIGKILL')
  }
  const [, signal] = await exited
  expect(signal).toBe('SIGKILL')
  return acknowledged
}
