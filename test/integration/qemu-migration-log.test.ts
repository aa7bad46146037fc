import { appendFileSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MigrationLog, type MigrationNote } from '../../src/main/adapters/qemu/migration-log.ts'
import { recordingLog } from '../support/recording-log.ts'

const note: MigrationNote = {
  id: 'm.1/x',
  vmName: 'db',
  sourceHost: 'a',
  destinationHost: 'b',
  source: '/run/a/db.qmp',
  destination: '/run/b/db.qmp',
  heartbeats: [],
  plan: { uri: 'unix:/m', linkBytesPerSecond: 1e6, postCopy: true, preempt: true, tlsCreds: null },
}
const started = { kind: 'started', sequence: 1, atMs: 1, memoryPages: 10, linkBytesPerSecond: 1e6 } as const
const cancelled = { kind: 'cancelled', sequence: 2, atMs: 2 } as const

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'migration-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const aLog = () => new MigrationLog(folder, recordingLog())

test('another console finds what a migration is and what was told of it', async () => {
  const log = aLog()
  await log.begin(note)
  log.append(note.id, started)
  log.append(note.id, cancelled)
  await log.settled()
  expect(await aLog().find(note.id)).toEqual({ note, events: [started, cancelled] })
  expect(await aLog().find('another')).toBeNull()
})

test('what a console was writing when it was killed does not hide what the next one wrote', async () => {
  const killed = aLog()
  await killed.begin(note)
  killed.append(note.id, started)
  await killed.settled()
  const [file = ''] = readdirSync(folder)
  appendFileSync(path.join(folder, file), '\n{"kind":"cancel')
  const next = aLog()
  next.append(note.id, cancelled)
  await next.settled()
  expect(await aLog().find(note.id)).toEqual({ note, events: [started, cancelled] })
})

test('what a migration is after all takes the place of what was asked of it', async () => {
  const log = aLog()
  await log.begin(note)
  log.append(note.id, started)
  const plan = { ...note.plan, postCopy: false }
  log.amend({ ...note, plan })
  log.append(note.id, cancelled)
  await log.settled()
  expect(await aLog().find(note.id)).toEqual({ note: { ...note, plan }, events: [started, cancelled] })
})

test.skipIf(process.platform !== 'linux')(
  'events that a full disk did not take are kept, and written before the next',
  async () => {
    const [log, kept] = [aLog(), path.join(folder, 'kept')]
    await log.begin(note)
    const file = path.join(folder, readdirSync(folder)[0] ?? '')
    renameSync(file, kept)
    symlinkSync('/dev/full', file)
    log.append(note.id, started)
    await log.settled()
    renameSync(kept, file)
    expect(await log.find(note.id)).toEqual({ note, events: [started] })
    log.append(note.id, cancelled)
    await log.settled()
    expect(await aLog().find(note.id)).toEqual({ note, events: [started, cancelled] })
  },
)

test.skipIf(process.platform !== 'linux')(
  'a migration that a full disk cannot note does not begin, and it is said why',
  async () => {
    const log = aLog()
    await log.begin(note)
    const file = path.join(folder, readdirSync(folder)[0] ?? '')
    rmSync(file)
    symlinkSync('/dev/full', file)
    await expect(log.begin(note)).rejects.toMatchObject({
      code: 'storage',
      message: `${file} cannot be written: the disk is full.`,
    })
  },
)
