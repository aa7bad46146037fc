import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { QmpClient } from '../../src/main/adapters/qemu/qmp-client.ts'
import type { QmpEvent } from '../../src/main/adapters/qemu/qmp-socket.ts'
import { Failure } from '../../src/shared/failure.ts'
import { FakeQmpServer, type QmpScript } from '../fakes/fake-qmp-server.ts'

const status = { command: 'query-status', answer: z.object({ status: z.string() }) }
const running: QmpScript = () => ({ return: { status: 'running' } })

const failureOf = async (work: Promise<unknown>): Promise<Failure> => {
  const thrown: unknown = await work.catch((error: unknown) => error)
  if (thrown instanceof Failure) return thrown
  throw new Error(`no failure but ${String(thrown)}`)
}

describe('a QMP client', () => {
  const opened: { stop?: () => Promise<void>; close?: () => Promise<void> }[] = []
  afterEach(async () => {
    for (const each of opened.splice(0).toReversed()) await (each.stop?.() ?? each.close?.())
  })
  const serve = async (script: QmpScript, greeting?: string): Promise<FakeQmpServer> => {
    const server = await new FakeQmpServer(script, greeting).start()
    opened.push(server)
    return server
  }
  const clientOf = (address: string): QmpClient => {
    const client = new QmpClient(address)
    opened.push(client)
    return client
  }

  test('agrees on capabilities before it asks anything', async () => {
    const server = await serve(running)
    const client = clientOf(server.address)
    expect(await client.ask(status)).toEqual({ status: 'running' })
    expect(server.heard.map(({ command }) => command)).toEqual(['qmp_capabilities', 'query-status'])
    expect(await client.version()).toEqual({ major: 10, minor: 0, micro: 2 })
  })

  test('gives each of two who ask at once their own answer, over one connection', async () => {
    const server = await serve((_, args) => ({ return: { status: String(args.n) } }))
    const client = clientOf(server.address)
    const answers = await Promise.all([1, 2].map(n => client.ask({ ...status, args: { n } })))
    expect(answers).toEqual([{ status: '1' }, { status: '2' }])
    expect(server.heard.filter(({ command }) => command === 'qmp_capabilities')).toHaveLength(1)
  })

  test('hears events as far apart as QEMU told them, however far its clock is off', async () => {
    const server = await serve(running)
    const client = clientOf(server.address)
    const events: QmpEvent[] = []
    const heard = Promise.withResolvers<void>()
    client.onEvent(event => {
      events.push(event)
      if (events.length === 2) heard.resolve()
    })
    await client.ask(status)
    const atMs = Date.now()
    const offMs = -60_000
    server.emit('STOP', undefined, atMs + offMs)
    server.emit('RESUME', undefined, atMs + offMs - 300)
    await heard.promise
    const [stopped, resumed] = events
    expect(stopped).toMatchObject({ name: 'STOP', data: undefined })
    expect(Math.abs((stopped?.atMs ?? 0) - Date.now())).toBeLessThan(250)
    expect((resumed?.atMs ?? 0) - (stopped?.atMs ?? 0)).toBeCloseTo(-300, 0)
  })

  test('says in whose words QEMU refused', async () => {
    const server = await serve(() => ({ error: { class: 'GenericError', desc: 'Guest is busy' } }))
    const failure = await failureOf(clientOf(server.address).ask(status))
    expect(failure.code).toBe('refused')
    expect(failure.message).toBe(`QEMU at ${server.address} refused query-status: Guest is busy.`)
  })

  test('connects again after the connection was cut, and still tells events', async () => {
    const server = await serve(running)
    const client = clientOf(server.address)
    const names: string[] = []
    const heard = Promise.withResolvers<void>()
    client.onEvent(({ name }) => {
      names.push(name)
      heard.resolve()
    })
    await client.ask(status)
    server.cut()
    await client.ask(status).catch(() => client.ask(status))
    server.emit('RESUME')
    await heard.promise
    expect(names).toEqual(['RESUME'])
  })

  test.each([
    ['a mail server', '220 mail.example ESMTP\r\n'],
    ['a line of JSON that is no greeting', '{"hello": 1}\r\n'],
    ['lines of binary', '\u0000\u0001\n'],
  ])('tells %s from a QMP server', async (_, greeting) => {
    const server = await serve(running, greeting)
    const failure = await failureOf(clientOf(server.address).ask(status))
    expect(failure.code).toBe('not-qmp')
    expect(failure.message).toContain('is not the QMP server of a QEMU')
  })

  test('does not read on when a line has no end', async () => {
    const server = await serve(() => null)
    const client = clientOf(server.address)
    const asked = client.ask(status)
    const failing = failureOf(asked)
    while (server.heard.length < 2) await new Promise(setImmediate)
    server.say('x'.repeat(2 * 1024 * 1024))
    expect((await failing).message).toContain("without a line's end")
  })

  test('refuses an answer of another shape', async () => {
    const server = await serve(() => ({ return: { status: 7 } }))
    expect((await failureOf(clientOf(server.address).ask(status))).code).toBe('not-qmp')
  })

  test('says that a socket is not there', async () => {
    const failure = await failureOf(clientOf('/nowhere/vm.qmp').ask(status))
    expect(failure.report()).toEqual({
      code: 'unreachable',
      message: '/nowhere/vm.qmp cannot be reached: there is no such socket.',
      remedy: 'Check the path, and that QEMU runs.',
    })
  })

  test('speaks over TCP as well', async () => {
    const failure = await failureOf(clientOf('tcp:127.0.0.1:1').ask(status))
    expect(failure.message).toBe('tcp:127.0.0.1:1 cannot be reached: nothing listens there any more.')
  })

  test('answers nothing once closed, and those who wait hear of it', async () => {
    const server = await serve(() => null)
    const client = clientOf(server.address)
    const waiting = failureOf(client.ask(status))
    while (server.heard.length < 2) await new Promise(setImmediate)
    await client.close()
    expect((await waiting).code).toBe('closed')
    expect((await failureOf(client.ask(status))).code).toBe('closed')
  })
})
