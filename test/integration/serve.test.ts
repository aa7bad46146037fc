import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startServer } from '../../src/main/serve.ts'
import type { AppContract } from '../../src/shared/contract/index.ts'
import { connect } from '../../src/shared/rpc/client.ts'
import { socketPipe } from '../../src/shared/rpc/socket-pipe.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'longshore-serve-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

/** Opens the printed address as a browser does and connects as its page does. */
const openWindow = async (url: string) => {
  const { origin, host } = new URL(url)
  const { headers } = await fetch(url, { redirect: 'manual' })
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  const socket = new WebSocket(`ws://${host}/pipe`, { headers: { cookie, origin } })
  await once(socket, 'open')
  return connect<AppContract>(socketPipe(socket))
}

test('a window that opens the printed address sees the present state, until the server closes', async () => {
  const server = await startServer({ port: 0, dataDir, lab: false })
  const client = await openWindow(server.url)
  for await (const item of client.stream('connection.watch', {}, new AbortController().signal)) {
    expect(item).toEqual({ connections: [], stoppedSinceMs: null, secrets: { os: false, file: 'absent' } })
    break
  }
  await server.close()
  await client.closed
  const log = await readFile(path.join(dataDir, 'longshore.log'), 'utf8')
  expect(log).toContain(`"port":${server.port}`)
  expect(log).not.toContain(new URL(server.url).searchParams.get('token'))
})

test('a port in use is refused before anything is started', async () => {
  const first = await startServer({ port: 0, dataDir, lab: false })
  const other = path.join(dataDir, 'other')
  await expect(startServer({ port: first.port, dataDir: other, lab: false })).rejects.toMatchObject({
    code: 'port-in-use',
  })
  await first.close()
  await expect(readFile(path.join(other, 'longshore.log'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('aborting closes the server', async () => {
  const stop = new AbortController()
  const server = await startServer({ port: 0, dataDir, lab: false, signal: stop.signal })
  const client = await openWindow(server.url)
  stop.abort()
  await client.closed
  await server.close()
  await expect(fetch(server.url)).rejects.toThrow()
})
