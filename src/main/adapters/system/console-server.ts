import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { Failure } from '../../../shared/failure.ts'
import type { Pipe } from '../../../shared/rpc/pipe.ts'
import { socketPipe } from '../../../shared/rpc/socket-pipe.ts'
import type { Clock } from '../../ports/clock.ts'
import { ConsoleGuard } from './console-guard.ts'
import { protectiveHeaders, readPageFile } from './page-files.ts'
import { refusalPage } from './refusal-page.ts'

export interface ConsoleServer {
  /** The address to open, with the token. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

export interface ConsoleServerOptions {
  /** 0 lets the system choose. */
  readonly port: number
  readonly rendererDir: string
  readonly clock: Clock
  /** Called with a pipe for each window that connects. */
  readonly accept: (pipe: Pipe) => void
}

/** What a window asks is small; what it is told is not limited. */
const largestQuestionBytes = 1024 * 1024
/** A window that has not answered for one to two of these is gone. */
const heartbeatMs = 15_000

/** Serves the built renderer and its pipe (a WebSocket at /pipe) on this machine's loopback, guarded by a token. */
export const startConsoleServer = async (options: ConsoleServerOptions): Promise<ConsoleServer> => {
  const guard = new ConsoleGuard()
  const server = createServer(
    (request, response) => void answer(request, response, guard, options.rendererDir),
  )
  await listen(server, options.port)
  const stopPipes = acceptPipes(server, guard, options)
  const { port } = server.address() as AddressInfo
  let closed: Promise<void> | undefined
  return {
    url: `http://127.0.0.1:${port}/?token=${guard.token}`,
    port,
    close: () => {
      closed ??= new Promise(resolve => {
        server.close(() => resolve())
        stopPipes()
        server.closeAllConnections()
      })
      return closed
    },
  }
}

const listen = async (server: Server, port: number): Promise<void> => {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    throw portFailure(error, port)
  }
}

const portFailure = (error: unknown, port: number): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return new Failure(
      {
        code: 'port-in-use',
        message: `Port ${port} of this machine is in use by another program.`,
        remedy: 'Choose another one with --port, or 0 to let the system choose.',
      },
      error,
    )
  if (code !== 'EACCES') return error
  return new Failure(
    {
      code: 'refused',
      message: `This user may not listen on port ${port} of this machine.`,
      remedy: 'Choose one above 1023 with --port, or 0 to let the system choose.',
    },
    error,
  )
}

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  guard: ConsoleGuard,
  rendererDir: string,
): Promise<void> => {
  const reply = (status: number, headers: Readonly<Record<string, string>>, body?: string | Uint8Array) =>
    response.writeHead(status, { ...protectiveHeaders, ...headers }).end(body)
  const admission = guard.admit(request)
  if (admission.kind === 'refused')
    return void reply(403, refusalPage.headers, refusalPage.body(admission.because))
  if (request.method !== 'GET' && request.method !== 'HEAD') return void reply(405, { allow: 'GET, HEAD' })
  if (admission.kind === 'enter')
    return void reply(303, { location: '/', 'set-cookie': admission.cookie, 'cache-control': 'no-store' })
  const file = await readPageFile(rendererDir, request.url?.split('?')[0] ?? '/')
  if (file) reply(200, file.headers, file.body)
  else reply(404, { 'content-type': 'text/plain' }, 'There is nothing here.')
}

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** Turns admitted WebSockets into pipes, and ends those that no longer answer. */
const acceptPipes = (
  server: Server,
  guard: ConsoleGuard,
  { accept, clock }: ConsoleServerOptions,
): (() => void) => {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: largestQuestionBytes,
    perMessageDeflate: false,
  })
  const unanswered = new Set<WebSocket>()
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (request.url !== '/pipe') return refuse(socket, '404 Not Found')
    if (!guard.admitSocket(request)) return refuse(socket, '403 Forbidden')
    sockets.handleUpgrade(request, socket, head, opened => {
      opened.on('pong', () => unanswered.delete(opened))
      opened.on('close', () => unanswered.delete(opened))
      accept(socketPipe(opened))
    })
  })
  const stopHeartbeat = clock.every(heartbeatMs, () => {
    for (const socket of sockets.clients) {
      if (unanswered.has(socket)) socket.terminate()
      else {
        unanswered.add(socket)
        socket.ping()
      }
    }
  })
  return () => {
    stopHeartbeat()
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
  }
}
