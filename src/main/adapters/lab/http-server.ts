import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerJsonRpc } from './json-rpc.ts'
import { rrdUpdates } from './rrd-updates.ts'
import type { Sessions } from './sessions.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { XapiDispatch } from './xapi-dispatch.ts'

const MOST_BODY_BYTES = 300 * 1024
const RPC_PATHS = new Set(['/', '/RPC2', '/xmlrpc', '/jsonrpc'])

/** What the server behind a host's address answers from; `host` is null where all hosts share one address. */
export interface HttpParts {
  readonly pool: VirtualPool
  readonly sessions: Sessions
  readonly dispatch: XapiDispatch
  readonly now: () => number
}

/** The HTTP face of one host. */
export const createHostServer = (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Server =>
  createServer({ requestTimeout: 60_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 }, answer)

/** Listens on an address; the port it got. Rejects with what Node says. */
export const listen = (server: Server, address: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, exclusive: true }, () => {
      server.removeListener('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })

/** Ends a server and every connection it has. */
export const closeServer = (server: Server): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** Answers one request to a host. */
export const answerRequest = async (
  parts: HttpParts,
  host: VirtualHost | null,
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> => {
  const { request, response } = exchange
  const url = new URL(request.url ?? '/', 'http://lab')
  if (request.method === 'GET' && url.pathname === '/rrd_updates') {
    response.setHeader('connection', 'close')
    answerRrd(parts, host, { url, response })
    return
  }
  if (request.method !== 'POST' || !RPC_PATHS.has(url.pathname)) {
    send(response, 404, 'text/html', page('404 Not Found'))
    return
  }
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const text = await readBody(request)
  const isJson = request.headers['content-type']?.split(';')[0]?.trim() === 'application/json'
  const answer =
    text === null || !(isJson || url.pathname === '/jsonrpc')
      ? null
      : await answerJsonRpc(text, parts.dispatch, { host, signal: gone.signal })
  if (response.destroyed) return
  if (text === null) response.setHeader('connection', 'close')
  if (answer === null) send(response, 500, 'text/html', page('500 Internal Server Error'))
  else send(response, 200, 'application/json', answer)
}

const answerRrd = (
  parts: HttpParts,
  host: VirtualHost | null,
  exchange: { readonly url: URL; readonly response: ServerResponse },
): void => {
  const { response } = exchange
  const query = exchange.url.searchParams
  try {
    parts.sessions.use(query.get('session_id') ?? '')
  } catch {
    send(response, 401, 'text/html', page('401 Unauthorised'))
    return
  }
  const start = query.get('start') ?? ''
  const interval = query.get('interval') ?? '0'
  if (!/^-?\d{1,12}(\.\d*)?$/.test(start) || !/^\d{1,9}$/.test(interval)) {
    send(response, 400, 'text/html', page('400 Bad Request'))
    return
  }
  const nowMs = parts.now()
  const answer = rrdUpdates(parts.pool, host === null ? parts.pool.hosts : [host], {
    startSeconds: start.startsWith('-') ? nowMs / 1000 + Number(start) : Number(start),
    intervalSeconds: Number(interval),
    withHosts: query.get('host') === 'true',
    vmUuid: query.get('vm_uuid'),
    nowMs,
  })
  send(response, 200, 'application/json', JSON.stringify(answer))
}

/** The body as text; null when it is over the limit or the client went away. */
const readBody = async (request: IncomingMessage): Promise<string | null> => {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request) {
      const part: unknown = chunk
      if (!Buffer.isBuffer(part)) return null
      bytes += part.length
      if (bytes > MOST_BODY_BYTES) return null
      chunks.push(part)
    }
  } catch {
    return null
  }
  return Buffer.concat(chunks).toString('utf8')
}

const page = (title: string): string => `<html><body><h1>${title}</h1></body></html>`

const send = (response: ServerResponse, status: number, type: string, body: string): void => {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
