import { type ExecFileException, execFile } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyDatabase } from '../../src/main/adapters/sqlite/copy-database.ts'
import { databasePath } from '../../src/main/adapters/sqlite/open-database.ts'
import { openStore } from '../../src/main/adapters/sqlite/open-store.ts'
import type { Store } from '../../src/main/ports/store.ts'
import { UNAVAILABLE } from '../../src/shared/model/measure.ts'
import { silentLog } from '../fakes/silent-log.ts'
import {
  aRunOfSamples,
  aStoredBreach,
  aStoredDecision,
  aStoredMigration,
  aStoredSample,
  BLOCK_START_MS,
} from '../support/store-records.ts'

const main = join(import.meta.dirname, '../../src/main/cli/main.ts')
let folder: string
let dataDir: string
let store: Store | undefined

const open = async (dir = dataDir): Promise<Store> => {
  store = await openStore({ dataDir: dir, log: silentLog, onTrouble: ({ message }) => expect.fail(message) })
  return store
}

const longshore = (...args: readonly string[]) =>
  new Promise<{ code: number; out: string; err: string }>(resolve => {
    const env = { ...process.env, LONGSHORE_DATA: dataDir }
    execFile(process.execPath, [main, ...args], { env }, (error: ExecFileException | null, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-out-'))
  dataDir = join(folder, 'data')
})
afterEach(async () => {
  await store?.close()
  store = undefined
  await rm(folder, { recursive: true })
})

test('a backup taken while writing goes on is a whole history of one moment, and overwrites nothing', async () => {
  const running = await open()
  running.appendSamples(aRunOfSamples('vm-1', BLOCK_START_MS, 5000))
  running.appendDecision(aStoredDecision())
  const file = join(folder, 'copy.db')
  const told: number[] = []
  const done = running.backup(file, doneRatio => told.push(doneRatio))
  for (let second = 0; second < 100; second++)
    running.appendSamples(aRunOfSamples('vm-2', BLOCK_START_MS + second * 1000, 1))
  await done
  expect(told.at(-1)).toBe(1)
  expect(readdirSync(folder).sort()).toEqual(['copy.db', 'data'])
  await expect(running.backup(file)).rejects.toThrow(/there is such a file already/)
  await expect(running.backup(join(folder, 'nowhere', 'copy.db'))).rejects.toMatchObject({ code: 'storage' })
  await running.close()

  dataDir = join(folder, 'restored')
  await (await open()).close()
  writeFileSync(databasePath(dataDir), readFileSync(file))
  const restored = await open()
  expect((await restored.series('vm-1', 0, 9e15)).atMs.length).toBe(5000)
  expect(await restored.decisions(9)).toEqual([aStoredDecision()])
})

test('a backup that is given up leaves nothing, and the next one is whole', async () => {
  const running = await open()
  for (let vm = 0; vm < 40; vm++) running.appendSamples(aRunOfSamples(`vm-${vm}`, BLOCK_START_MS, 1000))
  await running.flush()
  const before = AbortSignal.abort()
  await expect(running.backup(join(folder, 'copy.db'), () => {}, before)).rejects.toThrow(/abort/)
  const history = new Database(databasePath(dataDir), { readonly: true })
  const giveUp = new AbortController()
  const copying = { onProgress: () => giveUp.abort(), signal: giveUp.signal }
  await expect(copyDatabase(history, join(folder, 'copy.db'), copying)).rejects.toThrow(/abort/)
  history.close()
  expect(readdirSync(folder)).toEqual(['data'])
  await running.backup(join(folder, 'copy.db'))
  expect(readdirSync(folder).sort()).toEqual(['copy.db', 'data'])
})

test('longshore backup copies what a running console has written and refuses what is there', async () => {
  const running = await open()
  running.appendDecision(aStoredDecision())
  await running.flush()
  const file = join(folder, 'copy.db')
  const { code, out } = await longshore('backup', file, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({ file, bytes: statSync(file).size })
  const again = await longshore('backup', file)
  expect(again.code).toBe(1)
  expect(again.err).toMatch(/^longshore: The history cannot be backed up to .*there is such a file already/)
  expect((await longshore('backup')).code).toBe(2)
  // The console's lock is as it was.
  await expect(open()).rejects.toThrow(/another program is using it/)
  store = running
})

test('samples are exported as CSV of one VM and one stretch, unavailable values empty', async () => {
  const running = await open()
  running.appendSamples([
    aStoredSample(),
    aStoredSample({ atMs: BLOCK_START_MS + 1000, cpuRatio: UNAVAILABLE, dirtyPagesPerSecond: UNAVAILABLE }),
    aStoredSample({ atMs: BLOCK_START_MS + 2000 }),
    aStoredSample({ vmId: 'vm-2' }),
  ])
  await running.flush()
  const to = new Date(BLOCK_START_MS + 2000).toISOString()
  const { code, out, err } = await longshore(
    ...['export', '--what', 'samples', '--vm', 'vm-1', '--to', to, '--json'],
  )
  expect(code).toBe(0)
  expect(out.split('\r\n')).toEqual([
    'time,vm,samples,cpu_ratio,memory_ratio,io_bytes_per_second,dirty_pages_per_second,dirty_origin,page_faults_per_second',
    expect.stringMatching(/^2023-11-14T22:15:00\.000Z,vm-1,1,0\.432\d*,0\.5,1234\d{4},1234,measured,$/),
    expect.stringMatching(/^2023-11-14T22:15:01\.000Z,vm-1,1,,0\.5,1234\d{4},,unavailable,$/),
    '',
  ])
  expect(JSON.parse(err)).toMatchObject({ what: 'samples', rows: 2, file: null })
})

test('decisions, migrations and breaches are exported whole, and a name is never a formula', async () => {
  const running = await open()
  const vmName = '=HYPERLINK("x"),\n'
  for (let n = 0; n < 600; n++)
    running.appendDecision(aStoredDecision({ id: `d${n}`, atMs: BLOCK_START_MS, vmName }))
  running.putMigration(aStoredMigration({ phase: 'completed' }))
  running.putBreach(aStoredBreach({ untilMs: BLOCK_START_MS + 9000 }))
  await running.close()
  const file = join(folder, 'decisions.jsonl')
  const asked = ['export', '--what', 'decisions', '--format', 'jsonl', '--out', file] as const
  expect(await longshore(...asked)).toMatchObject({ code: 0, out: `600 decisions exported to ${file}.\n` })
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line).id)).toEqual(Array.from({ length: 600 }, (_, n) => `d${n}`))
  expect((await longshore(...asked)).code).toBe(1)
  const { out } = await longshore('export', '--what', 'decisions', '--vm', vmName)
  expect(out).toContain(`,"'=HYPERLINK(""x""),\n",trigger,`)
  expect((await longshore('export', '--what', 'breaches')).out).toMatch(
    /22:15:00\.000Z,2023-11-14T22:15:09\.000Z,breach-1,lab,vm,vm-1,database,dirty rate,pages\/s,1000,1234\.5\r\n$/,
  )
  expect((await longshore('export', '--what', 'migrations', '--vm', 'other')).out.split('\r\n')).toHaveLength(
    2,
  )
})

test('what cannot be exported is said with the right exit code', async () => {
  expect(await longshore('export', '--what', 'samples')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^longshore: There is no history at /),
  })
  expect((await longshore('export')).code).toBe(2)
  expect((await longshore('export', '--what', 'samples', '--from', 'yesterday')).code).toBe(2)
  expect((await longshore('export', '--help')).code).toBe(0)
})

test('the predictions of migrations that completed are summed up, those of others are not', async () => {
  const running = await open()
  const ended = { endedAtMs: BLOCK_START_MS + 1000, downtimeMs: 60, bytesSent: 4e6 } as const
  running.putMigration(aStoredMigration({ id: 'done', phase: 'completed', ...ended }))
  running.putMigration(aStoredMigration({ id: 'failed', phase: 'failed', ...ended }))
  await running.close()
  const { out, code } = await longshore('predict', '--scores')
  expect(code).toBe(0)
  expect(out).toBe(
    'at the start (1): total time off by 10%, within its range 0%; pause off by 0%, within its range 100%; bytes off by 25%, within its range 0%; right about convergence -\n',
  )
  const { out: json } = await longshore('predict', '--scores', '--json')
  expect(JSON.parse(json).scores).toMatchObject([{ made: 'at the start', predictions: 1 }])
})
