import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { osSecrets } from '../../src/main/adapters/system/os-secrets.ts'
import { openPassPhraseSecrets } from '../../src/main/adapters/system/pass-phrase-secrets.ts'
import { runSecrets } from '../../src/main/adapters/system/run-secrets.ts'
import { CertificateFailure } from '../../src/main/ports/certificate-failure.ts'
import { ConnectionDesk } from '../../src/main/services/connection-desk.ts'
import { type Connect, Connections, type ConnectTarget } from '../../src/main/services/connections.ts'
import { Passwords } from '../../src/main/services/passwords.ts'
import { TrustBook } from '../../src/main/services/trust-book.ts'
import { Failure } from '../../src/shared/failure.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { anInventory, aVm, FakeHypervisor } from '../fakes/fake-hypervisor.ts'
import { fakeKeyStore } from '../fakes/fake-key-store.ts'
import { memoryStore } from '../fakes/memory-store.ts'
import { silentLog } from '../fakes/silent-log.ts'
import { aCertificateQuestion, aFingerprint } from '../support/a-certificate-question.ts'

const URL_A = 'https://xen-a.example'
const ADDRESS_A = 'xen-a.example:443'
const PASS_PHRASE = 'correct horse battery'

const wrongPassword = () =>
  new Failure({ code: 'unauthenticated', message: 'The password is wrong.', remedy: 'Enter it again.' })

/** Servers that take one password and show one certificate each, as a connection meets them. */
class Servers {
  password = 'right'
  fingerprint = aFingerprint('A1')
  isSilent = false
  readonly logins: { readonly url: string; readonly password: string }[] = []
  readonly opened: FakeHypervisor[] = []
  #last: ConnectTarget | undefined

  /** A member of the pool last connected to shows its certificate. */
  showMember(address: string, fingerprint: string): void {
    const pinned = this.#last?.trust.pinOf(address) ?? null
    this.#last?.onQuestion?.(aCertificateQuestion(address, { fingerprint, pinned }))
  }

  readonly connect: Connect = async (target: ConnectTarget) => {
    const { settings, trust } = target
    if (this.isSilent) throw new Failure({ code: 'unreachable', message: 'Nobody answers.', remedy: '' })
    const address = `${new URL(settings.url).host}:443`
    const pinned = trust.pinOf(address) ?? null
    if (pinned?.fingerprint !== this.fingerprint)
      throw new CertificateFailure(aCertificateQuestion(address, { fingerprint: this.fingerprint, pinned }))
    this.logins.push({ url: settings.url, password: settings.password })
    if (settings.password !== this.password) throw wrongPassword()
    const hypervisor = new FakeHypervisor(anInventory([aVm({ id: 'vm-1' })]))
    this.opened.push(hypervisor)
    this.#last = target
    return hypervisor
  }
}

const wanted = {
  name: 'A',
  url: URL_A,
  user: 'root',
  password: 'right',
  level: 'advise',
  keep: 'run',
} as const

/** The folder and store that outlive a run. */
const aDisk = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'longshore-desk-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return { folder, store: memoryStore(), servers: new Servers(), clock: new FakeClock() }
}

/** One run of the console on what earlier runs left. */
const aRun = async (disk: Awaited<ReturnType<typeof aDisk>>, { hasKeyStore = true } = {}) => {
  const { folder, store, servers, clock } = disk
  const trust = new TrustBook({ store, clock })
  trust.restore(await store.pins())
  const connections = new Connections({ connect: servers.connect, clock, log: silentLog, store, trust })
  const passwords = new Passwords({
    os: hasKeyStore ? osSecrets(path.join(folder, 'os-secrets.json'), fakeKeyStore()) : null,
    file: await openPassPhraseSecrets(path.join(folder, 'secrets.json'), { scryptN: 1024 }),
    run: runSecrets(),
  })
  const desk = new ConnectionDesk({
    connections,
    passwords,
    trust,
    store,
    connect: servers.connect,
    clock,
    log: silentLog,
  })
  await desk.restore(await store.connections())
  const end = async () => {
    await connections.close()
    expect(clock.pending).toBe(0)
    for (const hypervisor of servers.opened) expect(hypervisor.isClosed).toBe(true)
  }
  onTestFinished(end)
  const settle = () => clock.advance(0)
  const only = () => {
    const [connection, ...others] = connections.overview.value.connections
    if (!connection || others.length > 0) throw new Error('one connection expected')
    return connection
  }
  /** Adds and trusts what is shown. */
  const addTrusted = async (change: Partial<Parameters<ConnectionDesk['add']>[0]> = {}) => {
    const id = await desk.add({ ...wanted, ...change })
    await settle()
    const seen = connections.state(id)?.question?.seen
    if (seen) desk.trustCertificate(id, seen.address, seen.fingerprint)
    await settle()
    return id
  }
  return { ...disk, trust, connections, desk, passwords, settle, only, addTrusted, end }
}
const start = async () => aRun(await aDisk())

test('a first unknown certificate blocks with a question; nothing is sent before it is answered', async () => {
  const { desk, servers, settle, only, clock } = await start()
  const id = await desk.add(wanted)
  await settle()
  expect(only()).toMatchObject({
    state: 'failed',
    failure: { code: 'certificate' },
    question: { seen: { address: ADDRESS_A, fingerprint: servers.fingerprint }, pinned: null },
    pins: [],
  })
  await clock.advance(120_000)
  expect(servers.logins).toEqual([])

  desk.trustCertificate(id, ADDRESS_A, servers.fingerprint)
  await settle()
  expect(only()).toMatchObject({
    state: 'live',
    failure: null,
    question: null,
    pins: [{ address: ADDRESS_A, fingerprint: servers.fingerprint, by: 'operator' }],
  })
})

test('a changed certificate blocks and says what was trusted since when', async () => {
  const { addTrusted, servers, settle, only, clock, desk } = await start()
  const id = await addTrusted()
  const [pin] = only().pins
  const before = servers.logins.length
  servers.fingerprint = aFingerprint('B2')
  await clock.advance(3_600_000)
  servers.opened.at(-1)?.lose(new Failure({ code: 'unreachable', message: 'Gone.', remedy: '' }))
  await clock.advance(2_000)
  expect(only()).toMatchObject({
    state: 'failed',
    question: { seen: { fingerprint: aFingerprint('B2') }, pinned: pin },
    failure: { message: expect.stringMatching(/another certificate than the one trusted since/) },
  })
  expect(servers.logins).toHaveLength(before)
  desk.trustCertificate(id, ADDRESS_A, aFingerprint('B2'))
  await settle()
  expect(only()).toMatchObject({ state: 'live', pins: [{ fingerprint: aFingerprint('B2') }] })
})

test('a server that shows its trusted certificate again is connected to by itself', async () => {
  const { addTrusted, servers, only, clock } = await start()
  await addTrusted()
  servers.fingerprint = aFingerprint('B2')
  servers.opened.at(-1)?.lose(new Failure({ code: 'unreachable', message: 'Gone.', remedy: '' }))
  await clock.advance(2_000)
  expect(only().question).not.toBeNull()
  servers.fingerprint = aFingerprint('A1')
  await clock.advance(30_000)
  expect(only()).toMatchObject({ state: 'live', question: null })
})

test.each([
  ['another fingerprint', ADDRESS_A, aFingerprint('B2')],
  ['another address', 'xen-a.example:8443', aFingerprint('A1')],
])('%s than the one asked about is not trusted', async (_, address, fingerprint) => {
  const { desk, settle, only, trust } = await start()
  const id = await desk.add(wanted)
  await settle()
  expect(() => desk.trustCertificate(id, address, fingerprint)).toThrow('no longer asks')
  expect(trust.of(id).pinOf(address)).toBeUndefined()
  expect(only().state).toBe('failed')
})

test('a wrong password is tried once, and never again by itself', async () => {
  const { addTrusted, servers, only, clock, desk } = await start()
  const id = await addTrusted({ password: 'wrong' })
  expect(only()).toMatchObject({ state: 'failed', failure: { code: 'unauthenticated' }, retryAtMs: null })
  await clock.advance(3_600_000)
  expect(servers.logins).toHaveLength(1)
  desk.retry(id)
  await clock.advance(60_000)
  expect(servers.logins).toHaveLength(2)
  await desk.edit(id, { ...wanted, password: 'right' })
  await clock.advance(0)
  expect(only().state).toBe('live')
})

test('a session that the server ended is renewed once by itself', async () => {
  const { addTrusted, servers, only, clock } = await start()
  await addTrusted()
  servers.opened.at(-1)?.lose(wrongPassword())
  await clock.advance(2_000)
  expect(only().state).toBe('live')
  servers.password = 'changed'
  servers.opened.at(-1)?.lose(wrongPassword())
  await clock.advance(3_600_000)
  expect(servers.logins).toHaveLength(3)
  expect(only()).toMatchObject({ state: 'failed', retryAtMs: null })
})

test('a lost connection is tried at once when the operator asks', async () => {
  const { addTrusted, servers, only, clock, desk, settle } = await start()
  const id = await addTrusted()
  servers.isSilent = true
  servers.opened.at(-1)?.lose(new Failure({ code: 'unreachable', message: 'Gone.', remedy: '' }))
  await clock.advance(100_000)
  expect(only()).toMatchObject({ state: 'failed', failure: { message: 'Nobody answers.' } })
  servers.isSilent = false
  desk.retry(id)
  expect(only()).toMatchObject({ state: 'connecting', failure: null })
  await settle()
  expect(only().state).toBe('live')
})

test.each([
  ['os', true],
  ['file', true],
  ['run', false],
] as const)('a connection kept in %s comes back in the next run', async (keep, outlives) => {
  const disk = await aDisk()
  const first = await aRun(disk)
  await first.addTrusted({ keep, passPhrase: PASS_PHRASE, level: 'approve' })
  await first.end()
  const next = await aRun(disk)
  await next.settle()
  expect(next.only()).toMatchObject({ name: 'A', url: URL_A, user: 'root', level: 'approve', keep })
  if (keep === 'file') {
    expect(next.connections.overview.value.secrets).toEqual({ os: true, file: 'locked' })
    expect(next.only()).toMatchObject({
      state: 'failed',
      failure: { code: 'unauthenticated', remedy: expect.stringContaining('Unlock') },
    })
    await expect(next.desk.unlock('incorrect horse')).rejects.toThrow('The pass-phrase is wrong.')
    await next.desk.unlock(PASS_PHRASE)
    await next.settle()
  }
  if (outlives) {
    expect(next.only()).toMatchObject({ state: 'live', failure: null })
    return
  }
  expect(next.only()).toMatchObject({
    state: 'failed',
    failure: { code: 'unauthenticated', remedy: 'Enter its password.' },
    retryAtMs: null,
  })
  expect(() => next.desk.retry(next.only().id)).toThrow('waits for its password')
  await next.desk.edit(next.only().id, { ...wanted, password: 'right' })
  await next.settle()
  expect(next.only().state).toBe('live')
})

test('a password in a key store that this run cannot reach is asked for', async () => {
  const disk = await aDisk()
  const first = await aRun(disk)
  await first.addTrusted({ keep: 'os' })
  await first.end()
  const next = await aRun(disk, { hasKeyStore: false })
  expect(next.only().failure?.remedy).toContain('key store')
  await expect(next.desk.edit(next.only().id, { ...wanted, keep: 'os' })).rejects.toThrow('no key store')
  await next.desk.edit(next.only().id, { ...wanted, keep: 'run' })
  await next.settle()
  expect(next.only()).toMatchObject({ state: 'live', keep: 'run' })
})

test('where the password cannot be kept nothing is added', async () => {
  const disk = await aDisk()
  const { desk, connections } = await aRun(disk, { hasKeyStore: false })
  await expect(desk.add({ ...wanted, keep: 'os' })).rejects.toMatchObject({ code: 'unsupported' })
  await expect(desk.add({ ...wanted, keep: 'file' })).rejects.toThrow('needs its pass-phrase')
  await expect(desk.add({ ...wanted, keep: 'file', passPhrase: 'short' })).rejects.toThrow('shorter than 12')
  expect(connections.overview.value.connections).toEqual([])
  expect(await disk.store.connections()).toEqual([])
})

test('the same server is not added twice, however it is written', async () => {
  const { desk, addTrusted, only } = await start()
  await addTrusted()
  for (const url of [URL_A, 'XEN-A.example', 'https://xen-a.example:443/'])
    await expect(desk.add({ ...wanted, url })).rejects.toMatchObject({
      code: 'conflict',
      message: `A is connected to ${URL_A} already.`,
    })
  expect(only().name).toBe('A')
})

test('two orders at once cannot both add one server', async () => {
  const { desk, only } = await start()
  const answers = await Promise.allSettled([desk.add(wanted), desk.add(wanted)])
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(only().url).toBe(URL_A)
})

test('a kept password is never sent to another server or user', async () => {
  const { desk, addTrusted, servers, clock } = await start()
  const id = await addTrusted()
  const { password: _, ...without } = wanted
  const tries = servers.logins.length
  for (const change of [{ url: 'https://evil.example' }, { user: 'admin' }]) {
    await expect(desk.edit(id, { ...without, ...change })).rejects.toThrow('another server or user')
    const test = desk.test({ ...without, ...change, connectionId: id }, new AbortController().signal)
    await expect(test).rejects.toThrow('another server or user')
  }
  await clock.advance(60_000)
  expect(servers.logins).toHaveLength(tries)
})

test('an edit keeps what is not changed and moves the password to its new place', async () => {
  const { desk, addTrusted, only, passwords, settle, store } = await start()
  const id = await addTrusted({ keep: 'os' })
  const { password: _, ...without } = wanted
  await desk.edit(id, { ...without, name: 'Renamed', keep: 'file', passPhrase: PASS_PHRASE })
  await settle()
  expect(only()).toMatchObject({ id, name: 'Renamed', state: 'live', keep: 'file', level: 'advise' })
  expect(await passwords.get('os', id)).toBeUndefined()
  expect(await passwords.get('file', id)).toBe('right')
  expect(await store.connections()).toMatchObject([{ id, name: 'Renamed', keep: 'file' }])
})

test('an edit to another server forgets what was trusted of the one before', async () => {
  const { desk, addTrusted, only, settle, trust } = await start()
  const id = await addTrusted()
  await desk.edit(id, { ...wanted, url: 'https://xen-b.example' })
  await settle()
  expect(only()).toMatchObject({ url: 'https://xen-b.example', pins: [], state: 'failed' })
  expect(trust.of('x').pinOf(ADDRESS_A)).toBeUndefined()
})

test('removing forgets the connection, its password and what was trusted', async () => {
  const { desk, addTrusted, connections, passwords, store, servers } = await start()
  const id = await addTrusted({ keep: 'os' })
  await desk.remove(id)
  expect(connections.overview.value.connections).toEqual([])
  expect(connections.pools).toEqual([])
  expect(servers.opened.every(({ isClosed }) => isClosed)).toBe(true)
  expect([await store.connections(), await store.pins()]).toEqual([[], []])
  expect(await passwords.get('os', id)).toBeUndefined()
  await expect(desk.remove(id)).rejects.toMatchObject({ code: 'not-found' })
})

test('a connection can be removed while it waits and while its file is locked', async () => {
  const disk = await aDisk()
  const first = await aRun(disk)
  await first.addTrusted({ keep: 'file', passPhrase: PASS_PHRASE })
  await first.end()
  const next = await aRun(disk)
  await next.desk.remove(next.only().id)
  expect(await disk.store.connections()).toEqual([])
})

test("the lab's connection is neither edited nor removed, nor brought back without the lab", async () => {
  const disk = await aDisk()
  const run = await aRun(disk)
  const lab = { id: 'lab', name: 'lab', url: 'http://127.0.0.1:1', user: 'root', level: 'automatic' } as const
  run.connections.add({ ...lab, password: 'x', isLab: true })
  await expect(run.desk.edit('lab', wanted)).rejects.toThrow('belongs to the lab')
  await expect(run.desk.remove('lab')).rejects.toThrow('belongs to the lab')
  run.connections.setLevel('lab', 'observe')
  await run.end()
  expect(await disk.store.connections()).toEqual([{ ...lab, level: 'observe' }])
  const next = await aRun(disk)
  expect(next.connections.overview.value.connections).toEqual([])
})

test('a pool of the command line goes before a stored one to the same server', async () => {
  const disk = await aDisk()
  const first = await aRun(disk)
  await first.addTrusted({ keep: 'os' })
  await first.end()
  const next = await aRun(disk)
  await next.desk.remove(next.only().id)
  const { keep: _, ...fromCommandLine } = wanted
  next.connections.add({ ...fromCommandLine, id: 'xen-a.example' })
  await next.desk.restore([
    { id: 'old', name: 'A', url: `${URL_A}/`, user: 'root', level: 'advise', keep: 'run' },
  ])
  expect(next.only().id).toBe('xen-a.example')
})

test('nothing is connected to once the connections are closed', async () => {
  const { connections, servers, clock } = await start()
  await connections.close()
  connections.add({ ...wanted, id: 'late' })
  await clock.advance(60_000)
  expect(servers.logins).toEqual([])
})

test('while the system asks for its key store to be unlocked, the rest goes on', async () => {
  const { connections, servers, trust, clock, store } = await start()
  let answer: (passwords: Passwords) => void = () => {}
  const passwords = new Promise<Passwords>(resolve => {
    answer = resolve
  })
  const deps = { connections, passwords, trust, store, connect: servers.connect, clock, log: silentLog }
  const desk = new ConnectionDesk(deps)
  const restored = desk.restore([{ ...wanted, id: 'kept', keep: 'os' }])
  trust.trust(ADDRESS_A, servers.fingerprint)
  const signal = new AbortController().signal
  expect(await desk.test(wanted, signal)).toMatchObject({ pool: 'pool' })
  const file = await openPassPhraseSecrets('/nowhere/secrets.json')
  answer(new Passwords({ os: null, file, run: runSecrets() }))
  await restored
  expect(connections.state('kept')?.failure?.remedy).toContain('key store')
})

test('a test signs in, tells what it found, and leaves nothing behind', async () => {
  const { desk, addTrusted, servers, only, store, clock } = await start()
  const id = await addTrusted()
  const signal = new AbortController().signal
  expect(await desk.test({ url: URL_A, user: 'root', connectionId: id }, signal)).toEqual({
    pool: 'pool',
    hosts: 3,
    vms: 1,
    tookMs: 0,
  })
  expect(servers.opened.at(-1)?.isClosed).toBe(true)
  await expect(desk.test({ url: URL_A, user: 'root', password: 'wrong' }, signal)).rejects.toThrow('wrong')
  await expect(
    desk.test({ url: 'https://xen-b.example', user: 'root', password: 'right' }, signal),
  ).rejects.toMatchObject({ code: 'certificate' })
  await clock.advance(0)
  expect(only()).toMatchObject({ id, state: 'live' })
  expect(await store.pins()).toHaveLength(1)
})

test('members once met are asked after a loss, until the server is another', async () => {
  const disk = await aDisk()
  const seen: (readonly string[])[] = []
  const { connect } = disk.servers
  const connections = new Connections({
    connect: async (target, signal) => {
      seen.push(target.members)
      const hypervisor = await connect(target, signal)
      target.onMembers(['10.0.0.1', '10.0.0.2'])
      return hypervisor
    },
    clock: disk.clock,
    log: silentLog,
    store: disk.store,
    trust: (() => {
      const trust = new TrustBook(disk)
      trust.trust(ADDRESS_A, aFingerprint('A1'))
      return trust
    })(),
  })
  connections.add({ ...wanted, id: 'c' })
  await disk.clock.advance(0)
  disk.servers.opened.at(-1)?.lose(new Failure({ code: 'unreachable', message: 'Gone.', remedy: '' }))
  await disk.clock.advance(2_000)
  connections.replace({ ...wanted, id: 'c', url: 'https://xen-b.example' })
  await disk.clock.advance(0)
  expect(seen).toEqual([[], ['10.0.0.1', '10.0.0.2'], []])
  await connections.close()
})

test('members that nobody vouches for are asked about one by one while the pool goes on', async () => {
  const { addTrusted, servers, only, desk } = await start()
  const id = await addTrusted()
  servers.showMember('xen-b.example:443', aFingerprint('B2'))
  servers.showMember('xen-c.example:443', aFingerprint('C3'))
  expect(only()).toMatchObject({ state: 'live', question: { seen: { address: 'xen-b.example:443' } } })
  desk.trustCertificate(id, 'xen-b.example:443', aFingerprint('B2'))
  expect(only()).toMatchObject({ state: 'live', question: null })
  servers.showMember('xen-c.example:443', aFingerprint('C3'))
  expect(only().question?.seen.address).toBe('xen-c.example:443')
  servers.showMember('xen-c.example:443', aFingerprint('D4'))
  expect(only().question?.seen.fingerprint).toBe(aFingerprint('D4'))
  expect(servers.opened).toHaveLength(1)
})
