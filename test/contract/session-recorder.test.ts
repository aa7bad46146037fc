import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  openRecorder,
  type RecorderOptions,
  sessionFolder,
} from '../../src/main/adapters/session/open-recorder.ts'
import {
  listSegments,
  openSegment,
  type SegmentLosses,
} from '../../src/main/adapters/session/read-session.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import type { SessionRecorder } from '../../src/main/ports/session-recorder.ts'
import { UNAVAILABLE } from '../../src/shared/model/measure.ts'
import type { SessionRecord } from '../../src/shared/model/session.ts'
import { anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { aStoredDecision } from '../support/store-records.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-session-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const open = (options: Partial<RecorderOptions> = {}): SessionRecorder =>
  openRecorder({ dataDir, version: '9.9', clock: systemClock, log: silentLog, ...options })

const segments = () => listSegments(sessionFolder(dataDir))

const readAll = async () => {
  const records: SessionRecord[] = []
  const losses: SegmentLosses[] = []
  for (const file of await segments()) {
    const segment = await openSegment(file)
    records.push(...segment.records)
    losses.push(segment.losses)
  }
  return { records, losses }
}

const only = <K extends SessionRecord['kind']>(records: readonly SessionRecord[], kind: K) =>
  records.filter((record): record is Extract<SessionRecord, { kind: K }> => record.kind === kind)

const NOTHING_LOST = { tornBytes: 0, damagedFrames: 0, unknownRecords: 0 }

const aConnection = {
  kind: 'connection',
  connectionId: 'c',
  name: 'pool',
  url: 'https://pool',
  user: 'root',
  level: 'advise',
  state: 'live',
  failure: null,
} as const

test('what was recorded is read back in order, every figure with its origin and age', async () => {
  const recorder = open()
  const hypervisor = new FakeHypervisor(anInventory([aVm({ id: 'db' }), aVm({ id: 'web' })]))
  const reading = await hypervisor.readMetrics()
  const [db, web] = reading.vms
  if (!db || !web) throw new Error('two VMs expected')
  recorder.fact(aConnection)
  recorder.inventory('c', hypervisor.inventory)
  recorder.metrics('c', {
    ...reading,
    vms: [
      {
        ...db,
        cpuRatio: { origin: 'measured', value: 0.123456, ageMs: 0 },
        dirtyPagesPerSecond: { origin: 'estimated', value: 123_456, ageMs: 1500, errorRatio: 0.25 },
      },
      { ...web, cpuRatio: { origin: 'measured', value: 0.5, ageMs: 0 }, dirtyPagesPerSecond: UNAVAILABLE },
    ],
  })
  recorder.fact({ kind: 'decision', decision: { ...aStoredDecision() } })
  await recorder.close()
  const { records, losses } = await readAll()
  expect(losses).toEqual([NOTHING_LOST])
  expect(records.map(({ kind }) => kind)).toEqual([
    'opened',
    'connection',
    'inventory',
    'roster',
    'roster',
    'metrics',
    'decision',
    'closed',
  ])
  expect(only(records, 'roster')[0]?.ids).toEqual(['db', 'web'])
  expect(only(records, 'metrics')[0]?.vms).toMatchObject({
    cpuRatio: { origin: 'm', value: [0.1235, 0.5], ageMs: 0 },
    dirtyPagesPerSecond: { origin: 'eu', value: [123_500, null], ageMs: [1500, 0], errorRatio: [0.25, null] },
    pageFaultsPerSecond: { origin: 'u' },
  })
  expect(only(records, 'decision')[0]?.decision).toEqual(aStoredDecision())
})

test.skipIf(process.platform !== 'linux')('where no folder can be made it says so and closes', async () => {
  const warned = Promise.withResolvers<string>()
  const log = { ...silentLog, warn: (message: string) => warned.resolve(message) }
  const recorder = open({ dataDir: '/proc/longshore/data', log })
  recorder.fact(aConnection)
  expect(await warned.promise).toContain('The session cannot be recorded')
  await recorder.close()
})

test('an estimate is kept with the error it was believed to have', async () => {
  const recorder = open()
  const estimate = (vmId: string, value: number, errorRatio?: number) => ({
    vmId,
    dirtyPagesPerSecond: {
      origin: 'estimated' as const,
      value,
      ageMs: 0,
      ...(errorRatio === undefined ? {} : { errorRatio }),
    },
  })
  recorder.estimates(7, [estimate('db', 123_456, 0.25), estimate('web', 200)])
  await recorder.close()
  const { records } = await readAll()
  expect(only(records, 'roster')[0]?.ids).toEqual(['db', 'web'])
  expect(only(records, 'estimates')).toMatchObject([
    {
      poolMs: 7,
      vmRoster: 0,
      vms: {
        dirtyPagesPerSecond: { origin: 'e', value: [123_500, 200], ageMs: 0, errorRatio: [0.25, null] },
      },
    },
  ])
})

test('of an inventory only what changed is said, and a new segment begins with all of it', async () => {
  const recorder = open({ segmentBytes: 1 })
  const before = anInventory([aVm({ id: 'db' }), aVm({ id: 'web' }), aVm({ id: 'old' })])
  recorder.fact(aConnection)
  recorder.inventory('c', before)
  await recorder.flush()
  recorder.inventory('c', {
    ...before,
    vms: [aVm({ id: 'db' }), aVm({ id: 'web', hostId: 'host-2' }), aVm({ id: 'new' })],
  })
  await recorder.flush()
  await recorder.close()
  const { records } = await readAll()
  const changes = only(records, 'inventory').filter(({ whole }) => !whole)
  expect(changes).toMatchObject([
    { vms: [{ id: 'web', hostId: 'host-2' }, { id: 'new' }], hosts: [], gone: ['old'] },
  ])
  const last = await openSegment((await segments()).at(-1) ?? '')
  const [connection, inventory] = [...last.records]
  expect(connection).toMatchObject({ ...aConnection, kind: 'connection' })
  expect(inventory).toMatchObject({
    whole: true,
    vms: [{ id: 'db' }, { id: 'web', hostId: 'host-2' }, { id: 'new' }],
  })
})

test('a torn tail is cut, at whatever byte it was torn', async () => {
  const recorder = open()
  for (const name of ['a', 'b', 'c']) {
    recorder.fact({ ...aConnection, name })
    await recorder.flush()
  }
  await recorder.close()
  const [file = ''] = await segments()
  const whole = await readFile(file)
  const names = async () => {
    const segment = await openSegment(file)
    return { names: only([...segment.records], 'connection').map(({ name }) => name), ...segment.losses }
  }
  const headerEnd = whole.indexOf('\n') + 1
  let shortest = 3
  for (let size = whole.length; size >= headerEnd; size -= 7) {
    await truncate(file, size)
    const read = await names()
    expect(['a', 'b', 'c'].slice(0, read.names.length)).toEqual(read.names)
    expect(read).toMatchObject({ damagedFrames: 0, unknownRecords: 0 })
    shortest = Math.min(shortest, read.names.length)
  }
  expect(shortest).toBe(0)
})

test('damage in the midst costs its frame and no more', async () => {
  const recorder = open()
  for (const name of ['a', 'b', 'c']) {
    recorder.fact({ ...aConnection, name })
    await recorder.flush()
  }
  await recorder.close()
  const [file = ''] = await segments()
  const bytes = await readFile(file)
  const second = bytes.indexOf('LSF1', bytes.indexOf('LSF1') + 1)
  await writeFile(file, bytes.fill(0xee, second + 20, second + 40))
  const segment = await openSegment(file)
  expect(only([...segment.records], 'connection').map(({ name }) => name)).toEqual(['a', 'c'])
  expect(segment.losses).toMatchObject({ damagedFrames: 1, tornBytes: 0 })
})

test('a segment of a newer version is refused in plain words; records of kinds not known are counted', async () => {
  const file = path.join(dataDir, 'x.session')
  const header = { format: 'longshore-session', version: 2, startedAtMs: 0, writer: 'Longshore 12' }
  await writeFile(file, `${JSON.stringify(header)}\n`)
  await expect(openSegment(file)).rejects.toThrow(/written by Longshore 12 in version 2/)
  const { packFrame } = await import('../../src/main/adapters/session/frame.ts')
  await writeFile(file, `${JSON.stringify({ ...header, version: 1 })}\n`)
  await appendFile(
    file,
    packFrame('{"at":1,"kind":"to-come"}\nnonsense\n{"at":2,"kind":"stop","stopped":true}'),
  )
  const segment = await openSegment(file)
  expect([...segment.records]).toEqual([{ at: 2, kind: 'stop', stopped: true }])
  expect(segment.losses).toEqual({ ...NOTHING_LOST, unknownRecords: 2 })
})

test.each([
  { what: 'an empty file', bytes: Buffer.alloc(0) },
  { what: 'bytes of chance', bytes: Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)) },
  { what: 'JSON of something else', bytes: Buffer.from('{"format":"other"}\n') },
])('$what is refused as no session', async ({ bytes }) => {
  const file = path.join(dataDir, 'x.session')
  await writeFile(file, bytes)
  await expect(openSegment(file)).rejects.toMatchObject({ code: 'invalid-input' })
})

test('a frame that would swell beyond what it says is not believed', async () => {
  const { packFrame } = await import('../../src/main/adapters/session/frame.ts')
  const file = path.join(dataDir, 'x.session')
  const header = { format: 'longshore-session', version: 1, startedAtMs: 0, writer: 'x' }
  const bomb = packFrame(' '.repeat(5_000_000))
  bomb.writeUInt32LE(10, 8)
  await writeFile(file, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bomb]))
  const segment = await openSegment(file)
  expect([...segment.records]).toEqual([])
  expect(segment.losses.tornBytes).toBe(bomb.length)
})

test('the oldest segments go when the folder grows too large, the present one stays', async () => {
  const recorder = open({ segmentBytes: 1, maxBytes: 1500 })
  for (let i = 0; i < 30; i++) {
    recorder.fact({ ...aConnection, name: `name ${i}` })
    await recorder.flush()
  }
  await recorder.close()
  const files = await segments()
  const sizes = await Promise.all(files.map(async file => (await stat(file)).size))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2500)
  const { records } = await readAll()
  expect(only(records, 'connection').at(-1)?.name).toBe('name 29')
})

test('a folder that cannot be written is told of once and does not disturb', async () => {
  await writeFile(sessionFolder(dataDir), 'in the way')
  const told: string[] = []
  const recorder = open({ log: { ...silentLog, warn: message => void told.push(message) } })
  for (let i = 0; i < 3; i++) {
    recorder.fact(aConnection)
    await recorder.flush()
  }
  await recorder.close()
  expect(told).toHaveLength(1)
})

test('after kill -9 of the writer all that was flushed is there', async () => {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, '../support/session-writer.ts'), dataDir],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [line] = await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const { records } = await readAll()
  expect(only(records, 'stop').length).toBeGreaterThanOrEqual(Number(String(line).split('\n')[0]))
})
