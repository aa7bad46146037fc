import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { MigrationLog } from '../../src/main/adapters/qemu/migration-log.ts'
import { silentLog } from '../fakes/silent-log.ts'

const plan = {
  uri: 'unix:/m',
  linkBytesPerSecond: 1e6,
  postCopy: true,
  preempt: false,
  tlsCreds: null,
}
const note = {
  id: 'm-1',
  vmName: 'vm',
  sourceHost: 'a',
  destinationHost: 'b',
  source: '/a.qmp',
  destination: '/b.qmp',
  heartbeats: [],
  plan,
}
const started = { kind: 'started', sequence: 1, atMs: 1, memoryPages: 10, linkBytesPerSecond: 1e6 } as const
const cancelled = { kind: 'cancelled', sequence: 2, atMs: 2 } as const

test('a line that a killed console left half written does not spoil what the next one writes', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'migration-log-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const killed = new MigrationLog(folder, silentLog)
  await killed.begin(note)
  killed.append('m-1', started)
  await killed.settled()
  await appendFile(path.join(folder, 'm-1.migration'), '{"kind":"round-pro')

  const next = new MigrationLog(folder, silentLog)
  expect(await next.find('m-1')).toEqual({ note, events: [started] })
  next.append('m-1', cancelled)
  expect(await next.find('m-1')).toEqual({ note, events: [started, cancelled] })
  expect(await readdir(folder)).toEqual(['m-1.migration'])
  const text = await readFile(path.join(folder, 'm-1.migration'), 'utf8')
  expect(text.split('\n')).toHaveLength(4)
})
