import { createServer, type RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { HttpLine } from '../../src/main/adapters/xenapi/http-line.ts'
import { noTrust } from '../support/no-trust.ts'
import { never } from '../support/open-xenapi.ts'

const aLine = async (answer: RequestListener): Promise<{ line: HttpLine; sockets: Set<Socket> }> => {
  const server = createServer(answer)
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
  const line = new HttpLine(url, noTrust)
  onTestFinished(async () => {
    line.close()
    await new Promise(resolve => server.close(resolve))
  })
  return { line, sockets }
}

const ask = { path: '/', accept: 'application/json' }
const patient = { signal: never, timeoutMs: 10_000 }

test('a server that is too slow is told as a time-out and its connection is dropped', async () => {
  const { line, sockets } = await aLine(() => undefined)
  await expect(line.send(ask, { signal: never, timeoutMs: 50 })).rejects.toMatchObject({
    code: 'timeout',
    message: `${line.origin.origin} did not answer within 0.05 s.`,
  })
  await expect.poll(() => sockets.size).toBe(0)
})

test('a server that starts to answer and then stalls is a time-out too', async () => {
  const { line } = await aLine((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"result":')
  })
  await expect(line.send(ask, { signal: never, timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' })
})

test('an answer that breaks off in the middle is told as a broken connection', async () => {
  const { line } = await aLine((_, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"result":', () => response.destroy())
  })
  await expect(line.send(ask, patient)).rejects.toMatchObject({ code: 'unreachable' })
})

test('an answer without end is cut off at 64 MiB', async () => {
  const { line } = await aLine((_, response) => {
    const chunk = Buffer.alloc(1024 * 1024)
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  })
  await expect(line.send(ask, patient)).rejects.toMatchObject({ code: 'unsupported' })
})

test('connections are kept and used again', async () => {
  const { line, sockets } = await aLine((_, response) => response.end('{}'))
  const seen = new Set<Socket>()
  for (let call = 0; call < 3; call++) {
    await line.send(ask, patient)
    for (const socket of sockets) seen.add(socket)
  }
  expect(seen.size).toBe(1)
})

test('an idle connection that the server drops as it is used again costs nothing', async () => {
  let calls = 0
  const { line } = await aLine((request, response) => {
    calls++
    if (calls === 2) request.socket.resetAndDestroy()
    else response.end('{}')
  })
  await line.send(ask, patient)
  expect((await line.send(ask, patient)).body.toString()).toBe('{}')
  expect(calls).toBe(3)
})

test('a call that must not be given twice is not repeated over a dropped connection', async () => {
  let calls = 0
  const { line } = await aLine((request, response) => {
    calls++
    if (calls === 2) request.socket.resetAndDestroy()
    else response.end('{}')
  })
  await line.send(ask, patient)
  await expect(line.send(ask, { ...patient, once: true })).rejects.toMatchObject({ code: 'unreachable' })
  expect(calls).toBe(2)
})

test('an aborted call ends at once and drops its connection', async () => {
  const giveUp = new AbortController()
  const { line, sockets } = await aLine(() => giveUp.abort())
  await expect(line.send(ask, { signal: giveUp.signal, timeoutMs: 10_000 })).rejects.toMatchObject({
    name: 'AbortError',
  })
  await expect.poll(() => sockets.size).toBe(0)
  await expect(line.send(ask, { signal: giveUp.signal, timeoutMs: 10_000 })).rejects.toMatchObject({
    name: 'AbortError',
  })
})

test('an answer that is compressed though nobody asked for it is told as such', async () => {
  const { line } = await aLine((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')
  })
  await expect(line.send(ask, patient)).rejects.toMatchObject({
    code: 'not-xenapi',
    message: `${line.origin.origin} answered compressed (gzip), which it was not asked to.`,
  })
})

test('compression is not asked for', async () => {
  const { line } = await aLine((request, response) => {
    response.end(JSON.stringify(request.headers['accept-encoding'] ?? 'none'))
  })
  expect((await line.send(ask, patient)).body.toString()).toBe('"none"')
})
