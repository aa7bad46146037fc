import { createServer as createPlain } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import tls from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { type Certificate, createCertificate } from '../../src/main/adapters/lab/certificate.ts'
import { HttpLine } from '../../src/main/adapters/xenapi/http-line.ts'
import { CertificateFailure } from '../../src/main/ports/certificate-failure.ts'
import { FakeTrust } from '../fakes/fake-trust.ts'
import { never, openXenApi } from '../support/open-xenapi.ts'

const HOUR_MS = 3_600_000

const aCertificate = (changes: Partial<Parameters<typeof createCertificate>[0]> = {}): Certificate =>
  createCertificate({
    name: 'xen1',
    address: '127.0.0.1',
    fromMs: Date.now() - HOUR_MS,
    untilMs: Date.now() + HOUR_MS,
    ...changes,
  })

interface Seen {
  readonly server: Server
  readonly url: string
  readonly address: string
  /** Bytes that arrived inside TLS. */
  bytes: number
  connections: number
  handshakes: number
  readonly sockets: Set<Socket>
}

/** A server that answers `{}` to whatever it is asked, and counts what it is told. */
const aServer = async ({ keyPem, certificatePem }: Certificate): Promise<Seen> => {
  const server = createServer({ key: keyPem, cert: certificatePem }, (_, response) => response.end('{}'))
  const sockets = new Set<Socket>()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const seen: Seen = {
    server,
    url: `https://127.0.0.1:${port}`,
    address: `127.0.0.1:${port}`,
    bytes: 0,
    connections: 0,
    handshakes: 0,
    sockets,
  }
  server.on('connection', (socket: Socket) => {
    seen.connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('secureConnection', socket => {
    seen.handshakes++
    socket.on('data', (chunk: Buffer) => {
      seen.bytes += chunk.length
    })
  })
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  })
  return seen
}

const aLine = (url: string, trust: FakeTrust): HttpLine => {
  const line = new HttpLine(new URL(url), trust)
  onTestFinished(() => line.close())
  return line
}

const ask = { path: '/?secret', accept: 'application/json' }
const patient = { signal: never, timeoutMs: 10_000 }

const failureOf = async (promise: Promise<unknown>): Promise<CertificateFailure> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof CertificateFailure) return error
  throw new Error('expected a CertificateFailure', { cause: error })
}

// Read once in a process: hence before any other connection over TLS.
const accepted = aCertificate()
const misnamed = aCertificate({ address: '127.0.0.9', name: 'xen9' })
tls.setDefaultCACertificates([
  ...tls.getCACertificates('default'),
  accepted.certificatePem,
  misnamed.certificatePem,
])

test('a chain that the system accepts needs no pin', async () => {
  const seen = await aServer(accepted)
  expect((await aLine(seen.url, new FakeTrust()).send(ask, patient)).status).toBe(200)
})

test('a chain that the system accepts, but for another host, is asked about', async () => {
  const seen = await aServer(misnamed)
  await failureOf(aLine(seen.url, new FakeTrust()).send(ask, patient))
  expect(seen.bytes).toBe(0)
})

test('a certificate that nobody vouches for is asked about, and not a byte was sent', async () => {
  const certificate = aCertificate()
  const seen = await aServer(certificate)
  const failure = await failureOf(aLine(seen.url, new FakeTrust()).send(ask, patient))
  expect(failure.question).toEqual({
    seen: {
      address: seen.address,
      fingerprint: certificate.fingerprint,
      subject: 'CN=xen1',
      issuer: 'CN=xen1',
      validFromMs: expect.any(Number),
      validToMs: expect.any(Number),
    },
    pinned: null,
  })
  expect(Math.abs(failure.question.seen.validToMs - Date.now() - HOUR_MS)).toBeLessThan(60_000)
  await expect.poll(() => seen.connections).toBe(1)
  await expect.poll(() => seen.sockets.size).toBe(0)
  expect(seen.bytes).toBe(0)
})

test('signing in tells the password to nobody whose certificate is not known', async () => {
  const seen = await aServer(aCertificate())
  const failure = await failureOf(openXenApi(seen.url, { password: 'hunter2' }))
  expect(failure.report().code).toBe('certificate')
  await expect.poll(() => seen.sockets.size).toBe(0)
  expect(seen.bytes).toBe(0)
})

test('the pinned certificate is accepted, even past its date, and the connection used again', async () => {
  const certificate = aCertificate({ fromMs: Date.now() - 2 * HOUR_MS, untilMs: Date.now() - HOUR_MS })
  const seen = await aServer(certificate)
  const trust = new FakeTrust()
  trust.pin(seen.address, certificate.fingerprint.toLowerCase())
  const line = aLine(seen.url, trust)
  for (let call = 0; call < 3; call++) expect((await line.send(ask, patient)).status).toBe(200)
  expect(seen.handshakes).toBe(1)
})

test('another certificate than the pinned one blocks and tells both', async () => {
  const old = aCertificate()
  const changed = aCertificate()
  const seen = await aServer(changed)
  const trust = new FakeTrust()
  trust.pin(seen.address, old.fingerprint)
  const failure = await failureOf(aLine(seen.url, trust).send(ask, patient))
  expect(failure.question.pinned?.fingerprint).toBe(old.fingerprint)
  expect(failure.question.seen.fingerprint).toBe(changed.fingerprint)
  expect(failure.message).toBe(
    `${seen.address} shows another certificate than the one trusted since 2026-01-02.`,
  )
  await expect.poll(() => seen.sockets.size).toBe(0)
  expect(seen.bytes).toBe(0)
})

test('a pin holds for its own address only', async () => {
  const certificate = aCertificate()
  const seen = await aServer(certificate)
  const trust = new FakeTrust()
  trust.pin('127.0.0.1:443', certificate.fingerprint)
  trust.pin('127.0.0.2:1', certificate.fingerprint)
  await failureOf(aLine(seen.url, trust).send(ask, patient))
})

test('each new connection is checked, also where an earlier one was accepted', async () => {
  const first = aCertificate()
  const second = aCertificate()
  const seen = await aServer(first)
  const trust = new FakeTrust()
  trust.pin(seen.address, first.fingerprint)
  const line = aLine(seen.url, trust)
  await line.send(ask, patient)
  const { bytes } = seen
  seen.server.setSecureContext({ key: second.keyPem, cert: second.certificatePem })
  for (const socket of seen.sockets) socket.destroy()
  await expect.poll(() => seen.sockets.size).toBe(0)
  await failureOf(line.send(ask, patient))
  await expect.poll(() => seen.sockets.size).toBe(0)
  expect(seen.bytes).toBe(bytes)
})

test('a handshake that does not come to an end is told as a time-out and leaves nothing', async () => {
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.resume()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await new Promise(resolve => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const line = aLine(`https://127.0.0.1:${port}`, new FakeTrust())
  await expect(line.send(ask, { signal: never, timeoutMs: 100 })).rejects.toMatchObject({ code: 'timeout' })
  line.close()
  await expect.poll(() => sockets.size).toBe(0)
})

test('a server without TLS behind an https address is told as such', async () => {
  const server = createPlain((_, response) => response.end())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await new Promise(resolve => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const line = aLine(`https://127.0.0.1:${port}`, new FakeTrust())
  await expect(line.send(ask, patient)).rejects.toMatchObject({ code: 'not-xenapi' })
})
