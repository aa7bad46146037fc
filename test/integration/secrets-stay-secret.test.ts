import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openFileLog } from '../../src/main/adapters/system/file-log.ts'
import { systemClock } from '../../src/main/adapters/system/system-clock.ts'
import { startApp } from '../../src/main/app.ts'
import { type AppContract, contract } from '../../src/shared/contract/index.ts'
import { Failure } from '../../src/shared/failure.ts'
import { connect } from '../../src/shared/rpc/client.ts'
import { memoryPipe } from '../../src/shared/rpc/memory-pipe.ts'
import { serve } from '../../src/shared/rpc/server.ts'
import { fakeKeyStore } from '../fakes/fake-key-store.ts'
import { FakeXenServer, XenRefusal } from '../fakes/fake-xen-server.ts'

const PASSWORD = 'hunter2-pässword "quoted"'
const PASS_PHRASE = 'correct horse battery staple'

/** Every way in which a text could stand somewhere readable. */
const spellings = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=*$/, ''),
  Buffer.from(secret).toString('hex'),
]

test('a password and a pass-phrase stand in no answer, failure, log or file, however they are given', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-secret-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  const server = await new FakeXenServer().listen()
  onTestFinished(() => server.close())
  // A server may send back what it was sent.
  server.methods.set('session.login_with_password', params => {
    throw new XenRefusal('SESSION_AUTHENTICATION_FAILED', ...params.map(String))
  })

  const heard: unknown[] = []
  const complain = (line: string) => void heard.push(line)
  const log = openFileLog({ dataDir, clock: systemClock, complain })
  const app = await startApp({
    realLab: { cacheDir: '', hostCommand: [] },
    dataDir,
    resourcesDir: path.resolve('resources'),
    version: '0',
    lab: false,
    pools: [],
    openKeyStore: async () => fakeKeyStore(),
    log,
    clock: systemClock,
  })
  const [near, far] = memoryPipe()
  serve(far, contract, { handlers: app.handlers, logBug: (incident, error) => log.error(incident, error) })
  const client = connect<AppContract>(near)
  const hear = (asked: Promise<unknown>) =>
    asked.then(
      answer => void heard.push(answer),
      (error: unknown) =>
        void heard.push(error instanceof Failure ? [error.report(), error.stack, error.cause] : error),
    )
  const seconds = async (isOver: () => boolean) => {
    const watching = new AbortController()
    for await (const item of client.stream('connection.watch', {}, watching.signal)) {
      heard.push(item)
      if (item.connections.every(({ state }) => state === 'failed') && isOver()) watching.abort()
    }
  }

  const wanted = { name: 'A', url: server.url, user: 'root', password: PASSWORD, keep: 'os' } as const
  const elsewhere = { ...wanted, url: 'http://127.0.0.1:9' }
  await hear(client.call('connection.test', wanted))
  await hear(client.call('connection.add', wanted))
  await hear(client.call('connection.add', wanted))
  await hear(client.call('connection.add', { ...elsewhere, keep: 'file', passPhrase: PASS_PHRASE }))
  await hear(client.call('connection.add', { ...elsewhere, url: `https://root:${PASSWORD}@127.0.0.1` }))
  await hear(
    client.call('connection.add', { ...elsewhere, url: `http://127.0.0.1:10/${PASSWORD}`, keep: 'run' }),
  )
  await hear(client.call('connection.add', { ...wanted, name: '', user: PASSWORD.repeat(100) }))
  await hear(client.call('secrets.unlock', { passPhrase: `${PASS_PHRASE} wrong` }))
  await seconds(() => server.calls.length > 1)
  const { connections } = await firstOf(client)
  for (const { id } of connections) {
    await hear(client.call('connection.edit', { ...wanted, connectionId: id, keep: 'file' }))
    await hear(client.call('connection.retry', { connectionId: id }))
  }
  await hear(client.call('secrets.unlock', { passPhrase: PASS_PHRASE }))
  heard.push(await firstOf(client))
  await app.close()
  await log.close()

  const files = (await readdir(dataDir, { recursive: true, withFileTypes: true })).filter(entry =>
    entry.isFile(),
  )
  const names = files.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining(['longshore.log', 'longshore.db', 'secrets.json', 'os-secrets.json']),
  )
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(path.join(parentPath, name), 'latin1')),
  )
  expect(texts.some(text => text.includes('connection lost'))).toBe(true)
  const everything = [...texts, JSON.stringify(heard), heard.map(String).join('\n')].join('\n')
  for (const secret of [PASSWORD, PASS_PHRASE])
    for (const spelling of [...spellings(secret), Buffer.from(secret).toString('latin1')])
      expect(everything.includes(spelling), `${spelling} is readable somewhere`).toBe(false)
})

const firstOf = async (client: ReturnType<typeof connect<AppContract>>) => {
  for await (const item of client.stream('connection.watch', {}, new AbortController().signal)) return item
  throw new Error('no connections were told')
}
