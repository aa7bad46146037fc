import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { startApp } from '../../src/main/app.ts'
import { type AppContract, contract } from '../../src/shared/contract/index.ts'
import type { Connection } from '../../src/shared/model/connection.ts'
import { connect } from '../../src/shared/rpc/client.ts'
import { memoryPipe } from '../../src/shared/rpc/memory-pipe.ts'
import { serve } from '../../src/shared/rpc/server.ts'
import { fakeKeyStore } from '../fakes/fake-key-store.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { openedLab } from '../support/a-lab.ts'

/** One run of the console without its lab, and a window on it. */
const aRun = async (dataDir: string) => {
  const app = await startApp({
    realLab: { cacheDir: '', hostCommand: [] },
    dataDir,
    resourcesDir: path.resolve('resources'),
    version: '0',
    lab: false,
    pools: [],
    openKeyStore: async () => fakeKeyStore(),
    log: silentLog,
    clock: systemClock,
  })
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= app.close()
    return closed
  }
  onTestFinished(close)
  const [near, far] = memoryPipe()
  serve(far, contract, { handlers: app.handlers, logBug: (_, error) => expect.fail(String(error)) })
  const client = connect<AppContract>(near)
  /** The first connection as soon as it is so. */
  const until = async (isSo: (connection: Connection) => boolean): Promise<Connection> => {
    for await (const { connections } of client.stream('connection.watch', {}, new AbortController().signal))
      if (connections[0] && isSo(connections[0])) return connections[0]
    throw new Error('the console closed')
  }
  return { client, until, close }
}

test('a pool is added over TLS, trusted by its fingerprint, and comes back by itself in the next run', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-trust-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const lab = await openedLab({ tls: true })
  const { url, user, password } = lab.info
  const first = await aRun(dataDir)
  const login = { url, user, password }
  await first.client.call('connection.add', { ...login, name: 'tiny', keep: 'os' })
  const asked = await first.until(({ question }) => question !== null)
  const seen = asked.question?.seen
  expect(asked).toMatchObject({ state: 'failed', failure: { code: 'certificate' }, lastHeardMs: null })
  expect(seen).toMatchObject({ address: new URL(url).host, subject: expect.stringContaining('host-1') })
  await expect(first.client.call('connection.test', login)).rejects.toMatchObject({ code: 'certificate' })

  const { address = '', fingerprint = '' } = seen ?? {}
  await first.client.call('connection.trust', { connectionId: asked.id, address, fingerprint })
  const live = await first.until(({ state, pins }) => state === 'live' && pins.length > 0)
  expect(live).toMatchObject({ failure: null, level: 'advise' })
  expect(live.question?.seen.address).not.toBe(address)
  expect(live.pins).toContainEqual({ address, fingerprint, sinceMs: expect.any(Number), by: 'operator' })
  expect(await first.client.call('connection.test', { url, user, connectionId: live.id })).toMatchObject({
    pool: 'tiny',
    hosts: 3,
  })
  await first.close()

  const next = await aRun(dataDir)
  const back = await next.until(({ state }) => state === 'live')
  expect(back).toMatchObject({ id: live.id, name: 'tiny', keep: 'os' })
  expect(back.pins.find(pin => pin.address === address)).toEqual(
    live.pins.find(pin => pin.address === address),
  )
})

test('a server that comes back with another certificate is not let near the password', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-trust-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const before = await openedLab({ tls: true })
  const { url, user, password } = before.info
  const run = await aRun(dataDir)
  await run.client.call('connection.add', { url, user, password, name: 'tiny', keep: 'run' })
  const { id, question } = await run.until(connection => connection.question !== null)
  const { address = '', fingerprint = '' } = question?.seen ?? {}
  await run.client.call('connection.trust', { connectionId: id, address, fingerprint })
  await run.until(({ state }) => state === 'live')
  await before.close()

  await openedLab({ tls: true, port: Number(new URL(url).port) })
  const changed = await run.until(
    connection => connection.state === 'failed' && connection.question?.seen.address === address,
  )
  expect(changed).toMatchObject({
    state: 'failed',
    question: { seen: { address }, pinned: { address, fingerprint, by: 'operator' } },
    failure: { message: expect.stringContaining('another certificate') },
  })
  expect(changed.question?.seen.fingerprint).not.toBe(fingerprint)
})
