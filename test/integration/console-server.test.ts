import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { type ConsoleServer, startConsoleServer } from '../../src/main/adapters/system/console-server.ts'
import { connect } from '../../src/shared/rpc/client.ts'
import { call } from '../../src/shared/rpc/contract.ts'
import type { Pipe } from '../../src/shared/rpc/pipe.ts'
import { serve } from '../../src/shared/rpc/server.ts'
import { socketPipe } from '../../src/shared/rpc/socket-pipe.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

const contract = { 'name.ask': call<string>()(z.object({})) }

let folder: string
let server: ConsoleServer
let clock: FakeClock
let onPipe: (pipe: Pipe) => void

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'longshore-console-'))
  const rendererDir = path.join(folder, 'renderer')
  await mkdir(path.join(rendererDir, 'assets'), { recursive: true })
  await writeFile(path.join(rendererDir, 'index.html'), '<!doctype html><title>Longshore</title>')
  await writeFile(path.join(rendererDir, 'assets', 'index.js'), 'export {}')
  await writeFile(path.join(rendererDir, 'assets', 'style.css'), '')
  await writeFile(path.join(rendererDir, 'notes.secret'), 'hidden')
  await writeFile(path.join(folder, 'outside.html'), 'outside')
  clock = new FakeClock()
  onPipe = pipe => serve(pipe, contract, { handlers: { 'name.ask': () => 'Longshore' }, logBug: () => {} })
  server = await startConsoleServer({ port: 0, rendererDir, clock, accept: pipe => onPipe(pipe) })
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** Asks as written: fetch would tidy the path and forbid the Host. */
const ask = (urlPath: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<Answer>((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: server.port, path: urlPath, headers, method },
      answer => {
        let body = ''
        answer.setEncoding('utf8').on('data', text => {
          body += text
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }))
      },
    )
    asked.on('error', reject).end()
  })

const enter = async (): Promise<string> => {
  const { search } = new URL(server.url)
  const { headers } = await ask(`/${search}`)
  return String(headers['set-cookie']).split(';')[0] ?? ''
}

const origin = () => `http://127.0.0.1:${server.port}`
const openSocket = (headers: Record<string, string>, urlPath = '/pipe') =>
  new WebSocket(`ws://127.0.0.1:${server.port}${urlPath}`, { headers, perMessageDeflate: false })
const statusOfRefusal = async (socket: WebSocket): Promise<number> => {
  const [, response] = await once(socket, 'unexpected-response')
  socket.on('error', () => {})
  socket.terminate()
  return response.statusCode
}

test('the printed address signs in once and then leaves the token out of sight', async () => {
  const { search } = new URL(server.url)
  const answer = await ask(`/${search}`)
  expect(answer.status).toBe(303)
  expect(answer.headers.location).toBe('/')
  expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/)
  const page = await ask('/', { cookie: await enter() })
  expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<title>Longshore') })
})

test('pages come with their type, a strict policy, and are not kept', async () => {
  const cookie = await enter()
  const page = await ask('/', { cookie })
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'; script-src 'self';")
  expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/)
  expect((await ask('/assets/index.js', { cookie })).headers['content-type']).toMatch(/^text\/javascript/)
  expect((await ask('/assets/style.css?v=1', { cookie })).headers['content-type']).toMatch(/^text\/css/)
})

test.each([
  '/../outside.html',
  '/assets/../../outside.html',
  '/%2e%2e/outside.html',
  '/..%2foutside.html',
  '/..%5coutside.html',
  '/%2e%2e%2foutside.html',
  '//etc/passwd',
  '/%00',
  '/%',
  '/assets',
  '/notes.secret',
  '/missing.html',
])('%s leads nowhere', async urlPath => {
  expect((await ask(urlPath, { cookie: await enter() })).status).toBe(404)
})

test('without the cookie nothing is handed out but an explanation in plain words', async () => {
  for (const urlPath of ['/', '/assets/index.js', '/?token=wrong']) {
    const answer = await ask(urlPath)
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('the address that Longshore printed')
    expect(answer.headers['set-cookie']).toBeUndefined()
  }
})

test('a page that points its own name at us gets nothing, even with the cookie', async () => {
  const answer = await ask('/', { cookie: await enter(), host: 'evil.example' })
  expect(answer.status).toBe(403)
  expect(answer.body).toContain('ssh -L')
})

test('the console works through a forwarded port', async () => {
  const host = 'localhost:8080'
  const socket = openSocket({ cookie: await enter(), host, origin: `http://${host}` })
  await once(socket, 'open')
  socket.terminate()
})

test('only reading is possible', async () => {
  const cookie = await enter()
  expect((await ask('/', { cookie }, 'POST')).status).toBe(405)
  expect(await ask('/', { cookie }, 'HEAD')).toMatchObject({ status: 200, body: '' })
})

test('a window with the cookie gets its answers over the pipe', async () => {
  const socket = openSocket({ cookie: await enter(), origin: origin() })
  await once(socket, 'open')
  const client = connect<typeof contract>(socketPipe(socket))
  expect(await client.call('name.ask', {})).toBe('Longshore')
  client.close()
})

test.each([
  ['without the cookie', async () => ({ origin: origin() }), 403],
  ['from another site', async () => ({ cookie: await enter(), origin: 'http://evil.example' }), 403],
  [
    'from another port of this machine',
    async () => ({ cookie: await enter(), origin: 'http://127.0.0.1:1' }),
    403,
  ],
  ['without an origin', async () => ({ cookie: await enter() }), 403],
])('a WebSocket %s is refused', async (_, headers, status) => {
  expect(await statusOfRefusal(openSocket(await headers()))).toBe(status)
})

test('a WebSocket anywhere else is refused', async () => {
  const headers = { cookie: await enter(), origin: origin() }
  expect(await statusOfRefusal(openSocket(headers, '/other'))).toBe(404)
})

test('a question beyond the limit ends that pipe and nothing else', async () => {
  const headers = { cookie: await enter(), origin: origin() }
  const [greedy, modest] = [openSocket(headers), openSocket(headers)]
  await Promise.all([once(greedy, 'open'), once(modest, 'open')])
  greedy.send(new Uint8Array(1024 * 1024 + 1))
  const [code] = await once(greedy, 'close')
  expect(code).toBe(1009)
  expect(await connect<typeof contract>(socketPipe(modest)).call('name.ask', {})).toBe('Longshore')
  modest.terminate()
})

test('a window that no longer answers is dropped, one that does is kept', async () => {
  const headers = { cookie: await enter(), origin: origin() }
  const closed: string[] = []
  const accepted = (name: string) =>
    new Promise<void>(resolve => {
      onPipe = pipe => {
        pipe.onClose(() => closed.push(name))
        resolve()
      }
    })
  const silentIsIn = accepted('silent')
  const silent = new WebSocket(`ws://127.0.0.1:${server.port}/pipe`, { headers, autoPong: false })
  await silentIsIn
  const lively = accepted('lively')
  const answering = openSocket(headers)
  await lively
  const pinged = Promise.all([once(silent, 'ping'), once(answering, 'ping')])
  await clock.advance(15_000)
  await pinged
  // Its answer has arrived once a message sent after it has.
  const heard = new Promise<void>(resolve => answering.once('ping', () => resolve()))
  await new Promise<void>(resolve => answering.ping(undefined, undefined, () => resolve()))
  await once(answering, 'pong')
  const silentIsOut = once(silent, 'close')
  await clock.advance(15_000)
  await silentIsOut
  await heard
  expect(closed).toEqual(['silent'])
  answering.terminate()
})

test('a port in use is said plainly', async () => {
  const again = startConsoleServer({ port: server.port, rendererDir: folder, clock, accept: () => {} })
  await expect(again).rejects.toMatchObject({
    code: 'port-in-use',
    message: `Port ${server.port} of this machine is in use by another program.`,
  })
})

test('closing ends every pipe and leaves nothing running', async () => {
  const pipeClosed = new Promise<void>(resolve => {
    onPipe = pipe => pipe.onClose(resolve)
  })
  const socket = openSocket({ cookie: await enter(), origin: origin() })
  await once(socket, 'open')
  const windowClosed = once(socket, 'close')
  await Promise.all([server.close(), server.close()])
  await Promise.all([pipeClosed, windowClosed])
  expect(clock.pending).toBe(0)
  await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})
