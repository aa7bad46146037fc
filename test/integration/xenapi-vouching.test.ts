import { expect, onTestFinished, test } from 'vitest'
import { type Certificate, createCertificate } from '../../src/main/adapters/lab/certificate.ts'
import type { CertificateQuestion } from '../../src/shared/model/certificate.ts'
import { FakeTrust } from '../fakes/fake-trust.ts'
import { putHost, startFakePool } from '../fakes/fake-xen-pool.ts'
import { FakeXenServer, XenRefusal } from '../fakes/fake-xen-server.ts'
import { openedLab } from '../support/a-lab.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'
import { recordingLog } from '../support/recording-log.ts'

const aCertificate = (address: string): Certificate =>
  createCertificate({
    name: 'xen',
    address,
    fromMs: Date.now() - 3_600_000,
    untilMs: Date.now() + 3_600_000,
  })

const aPool = async (tls = true) => {
  const [ours, theirs] = [aCertificate('127.0.0.1'), aCertificate('127.0.0.2')]
  const master = await startFakePool(...(tls ? [ours] : []))
  const member = await new FakeXenServer(...(tls ? [theirs] : [])).listen('127.0.0.2', master.port)
  onTestFinished(async () => {
    await Promise.all([master.close(), member.close()])
  })
  putHost(master, 'host-2', { address: '127.0.0.2' })
  const trust = new FakeTrust()
  trust.pin(`127.0.0.1:${master.port}`, ours.fingerprint)
  return { master, member, theirs, trust, at: `127.0.0.2:${master.port}` }
}

const putCertificate = (server: FakeXenServer, name: string, changes: Readonly<Record<string, unknown>>) =>
  server.put('certificate', `OpaqueRef:${name}`, {
    uuid: name,
    type: 'host',
    host: 'OpaqueRef:host-2',
    ...changes,
  })

test('the pool we trust vouches for what its members show', async () => {
  const { master, theirs, trust, at } = await aPool()
  putCertificate(master, 'inner', {
    type: 'host_internal',
    fingerprint: aCertificate('127.0.0.2').fingerprint,
  })
  putCertificate(master, 'outer', { fingerprint: theirs.fingerprint })
  await openXenApi(master.url, { trust })
  expect(trust.pins.get(at)).toMatchObject({ fingerprint: theirs.fingerprint, by: 'pool' })
})

test('newer servers tell SHA-256 in a field of its own', async () => {
  const { master, theirs, trust, at } = await aPool()
  putCertificate(master, 'outer', {
    fingerprint: 'AA:BB',
    fingerprint_sha256: theirs.fingerprint.replaceAll(':', '').toLowerCase(),
  })
  await openXenApi(master.url, { trust })
  expect(trust.pins.get(at)?.fingerprint).toBe(theirs.fingerprint)
})

test('over an open line nobody vouches', async () => {
  const { master, theirs, trust, at } = await aPool(false)
  putCertificate(master, 'outer', { fingerprint: theirs.fingerprint })
  await openXenApi(master.url, { trust })
  expect(trust.pins.get(at)).toBeUndefined()
})

test('a server that knows no certificates is connected to all the same, its members asked about', async () => {
  const { master, member, theirs, trust, at } = await aPool()
  master.methods.set('Certificate.get_all_records', () => {
    throw new XenRefusal('MESSAGE_METHOD_UNKNOWN', 'Certificate.get_all_records')
  })
  const log = recordingLog()
  const questions: CertificateQuestion[] = []
  const onQuestion = (question: CertificateQuestion) => questions.push(question)
  const hypervisor = await openXenApi(master.url, { trust, log, onQuestion })
  let asked = 0
  member.pages.set('/rrd_updates', (_, response) => {
    asked++
    response.end()
  })
  await hypervisor.readMetrics(never)
  expect(asked).toBe(0)
  expect(log.lines.join('\n')).toContain('shows a certificate that nobody vouches for')
  expect(questions).toMatchObject([{ seen: { address: at, fingerprint: theirs.fingerprint }, pinned: null }])
})

/** A lab of three hosts over TLS, of which the operator trusts the master only. */
const aTrustedLab = async () => {
  const lab = await openedLab({ tls: true })
  const [master, ...members] = lab.info.pools[0]?.members ?? []
  const { port } = new URL(lab.info.url)
  const trusted = () => {
    const trust = new FakeTrust()
    trust.pin(`${master?.address}:${port}`, master?.fingerprint ?? '')
    return trust
  }
  const pinned = (trust: FakeTrust) =>
    members.map(({ address }) => trust.pins.get(`${address}:${port}`)?.fingerprint)
  return { lab, members, trusted, pinned }
}

test('who trusts the master of a pool is asked nothing about its members', async () => {
  const { lab, members, trusted, pinned } = await aTrustedLab()
  const [trust, questions, log] = [trusted(), [] as CertificateQuestion[], recordingLog()]
  const hypervisor = await openXenApi(lab.info.url, {
    trust,
    log,
    onQuestion: question => questions.push(question),
  })
  expect(pinned(trust)).toEqual(members.map(({ fingerprint }) => fingerprint))
  const { hosts } = await hypervisor.readMetrics(never)
  expect(hosts.map(host => host.cpuRatio.origin)).toEqual(['measured', 'measured', 'measured'])
  expect(questions).toEqual([])
  expect(log.lines.join('\n')).not.toContain('nobody vouches for')
})

test('the pool vouches for the new certificate of a member when that is renewed', async () => {
  const { lab, members, trusted, pinned } = await aTrustedLab()
  const renewed = await lab.controls[0]?.renewCertificate('host-2')
  const trust = trusted()
  await openXenApi(lab.info.url, { trust })
  expect(renewed).not.toBe(members[0]?.fingerprint)
  expect(pinned(trust)).toEqual([renewed, members[1]?.fingerprint])
})
