import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerJsonRpc } from './json-rpc.ts'
import { answerMetrics, isMetricsPath } from './metrics-server.ts'
import { page, send } from './send.ts'
import type { VirtualHost } from './virtual-pool.ts'
import type { XapiDispatch } from './xapi-dispatch.ts'
import type { XapiParts } from './xapi-method.ts'
import { answerXmlRpc, xmlFailure } from './xml-rpc.ts'

const MOST_BODY_BYTES = 300 * 1024
const RPC_PATHS = new Set(['/', '/RPC2', '/xmlrpc', '/jsonrpc'])

/** What the server behind a host's address answers from. */
export interface HttpParts extends XapiParts {
  readonly dispatch: XapiDispatch
  readonly xmlOnly: boolean
}

/** Answers one request to a host; `host` is null where all hosts share one address. */
export const answerRequest = async (
  parts: HttpParts,
  host: VirtualHost | null,
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> => {
  const { request, response } = exchange
  const url = new URL(request.url ?? '/', 'http://lab')
  if (request.method === 'GET' && isMetricsPath(url.pathname)) {
    answerMetrics(parts, host, { url, request, response })
    return
  }
  if (request.method !== 'POST' || !RPC_PATHS.has(url.pathname)) {
    send(response, 404, 'text/html', page('404 Not Found'))
    return
  }
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const wire = wireOf(parts, url.pathname, request.headers['content-type'])
  const text = await readBody(request)
  if (wire === 'refused') {
    send(response, 200, 'text/xml', xmlFailure(['INTERNAL_ERROR', 'The call is not XML-RPC']))
    return
  }
  const answer =
    text === null || wire === null
      ? null
      : await wire.answer(parts.refs.exchange(text), parts.dispatch, { host, signal: gone.signal })
  if (response.destroyed) return
  if (text === null) response.setHeader('connection', 'close')
  if (answer === null || wire === null) send(response, 500, 'text/html', page('500 Internal Server Error'))
  else send(response, 200, wire.type, parts.refs.exchange(answer))
}

const json = { type: 'application/json', answer: answerJsonRpc } as const
const xml = { type: 'text/xml', answer: answerXmlRpc } as const

/** Servers before 7.3 take any call for XML-RPC, and answer so. */
const wireOf = (parts: HttpParts, path: string, header: string | undefined) => {
  const type = header?.split(';')[0]?.trim().toLowerCase()
  if (path === '/jsonrpc' || type === 'application/json') return parts.xmlOnly ? 'refused' : json
  return type === 'text/xml' || type === 'application/xml' ? xml : null
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
