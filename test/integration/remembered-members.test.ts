import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLab } from '../../src/main/adapters/lab/lab.ts'
import { openStore } from '../../src/main/adapters/sqlite/open-store.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { connectXenApi } from '../../src/main/adapters/xenapi/xenapi-hypervisor.ts'
import { type ConnectionSetup, Connections } from '../../src/main/services/connections.ts'
import { TrustBook } from '../../src/main/services/trust-book.ts'
import type { Connection } from '../../src/shared/model/connection.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { tinyLab } from '../support/a-lab.ts'

/** One run of a console on a data folder: its store, its trust and its connections. */
const aRun = async (dataDir: string, setup: ConnectionSetup) => {
  const store = await openStore({ dataDir, log: silentLog, onTrouble: ({ message }) => expect.fail(message) })
  const clock = systemClock
  const log = silentLog
  const trust = new TrustBook({ store, clock })
  trust.restore(await store.pins())
  const connections = new Connections({
    connect: (target, signal) => connectXenApi({ ...target, clock, log }, signal),
    clock,
    log,
    store,
    trust,
  })
  const [known] = await store.connections()
  connections.add({ ...setup, ...known })
  /** The connection, once it is as wanted. */
  const when = async (isWanted: (connection: Connection) => boolean): Promise<Connection> => {
    for await (const { connections: all } of connections.overview.watch(AbortSignal.timeout(50_000))) {
      const [connection] = all
      if (connection && isWanted(connection)) return connection
    }
    throw new Error(`it was not seen: ${connections.state('pool')?.failure?.message}`)
  }
  const end = async () => {
    await connections.close()
    await store.close()
  }
  onTestFinished(end)
  return { connections, store, trust, when, end }
}

const aPool = async (options: { readonly tls?: boolean } = {}) => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-members-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const lab = await openLab({
    pools: [tinyLab],
    port: 0,
    seed: 1,
    user: 'root',
    password: 'secret',
    ...options,
  })
  onTestFinished(() => lab.close())
  const [controls] = lab.controls
  if (!controls) throw new Error('no pool')
  const { url } = lab.info
  const setup = { id: 'pool', name: 'tiny', url, user: 'root', password: 'secret', level: 'advise' } as const
  return { dataDir, controls, setup }
}

const isLive = ({ state }: Connection) => state === 'live'

test('a restarted console finds a pool whose configured member is gone, by those it met before', async () => {
  const { dataDir, controls, setup } = await aPool()
  const first = await aRun(dataDir, setup)
  await first.when(isLive)
  const members = ['127.0.0.1', '127.0.0.2', '127.0.0.3']
  expect(await first.store.connections()).toMatchObject([{ id: 'pool', members }])
  await first.end()

  controls.promote('host-2')
  await controls.stopHost('host-1')
  const second = await aRun(dataDir, setup)
  await second.when(isLive)
  const { inventory } = second.connections.pool('pool') ?? {}
  expect(inventory?.hosts.find(({ id }) => id === inventory.pool.masterHostId)?.name).toBe('host-2')
})

test('a remembered member is held to its pin, and nothing is sent to one that shows another certificate', async () => {
  const { dataDir, controls, setup } = await aPool({ tls: true })
  const first = await aRun(dataDir, setup)
  const { question } = await first.when(connection => connection.question !== null)
  if (!question) throw new Error('no question')
  first.trust.trust(question.seen.address, question.seen.fingerprint)
  first.connections.retry('pool')
  const port = new URL(setup.url).port
  const vouched = await first.when(({ pins }) => pins.length === 3)
  expect(vouched.pins.map(pin => pin.address).sort()).toEqual([1, 2, 3].map(n => `127.0.0.${n}:${port}`))
  const other = Array.from({ length: 32 }, () => 'AB').join(':')
  for (const n of [2, 3]) first.trust.trust(`127.0.0.${n}:${port}`, other)
  await first.end()

  await controls.stopHost('host-1')
  const second = await aRun(dataDir, setup)
  const blocked = await second.when(({ state }) => state === 'failed')
  expect(blocked.failure?.code).toBe('certificate')
  expect(second.connections.pools).toEqual([])
})
