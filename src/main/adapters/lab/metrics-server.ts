import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpParts } from './http-server.ts'
import { type RrdUpdates, rrdUpdates } from './rrd-updates.ts'
import { rrdDump, xportXml } from './rrd-xml.ts'
import { page, send } from './send.ts'
import type { VirtualHost } from './virtual-pool.ts'

interface Exchange {
  readonly url: URL
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

type Handler = (parts: HttpParts, host: VirtualHost | null, exchange: Exchange) => void

const DUMP_SECONDS = 600

/** Whether a path is one of the handlers for metrics. */
export const isMetricsPath = (path: string): boolean => handlers.has(path)

/** Answers one request for metrics: to whoever has a session or the password. */
export const answerMetrics: Handler = (parts, host, exchange) => {
  const { url, request, response } = exchange
  if (!mayRead(parts, url, request.headers.authorization)) {
    response.setHeader('www-authenticate', 'Basic realm="XenServer"')
    send(response, 401, 'text/html', page('401 Unauthorised'))
    return
  }
  const task = url.searchParams.get('task_id')
  if (task !== null) parts.tasks.finishHandler(parts.refs.exchange(task))
  handlers.get(url.pathname)?.(parts, host, exchange)
}

const mayRead = (parts: HttpParts, url: URL, authorization: string | undefined): boolean => {
  const basic = /^basic (\S+)$/i.exec(authorization ?? '')?.[1]
  if (basic !== undefined) {
    const [user = '', ...password] = Buffer.from(basic, 'base64').toString('utf8').split(':')
    return parts.sessions.accepts(user, password.join(':'))
  }
  try {
    parts.sessions.use(parts.refs.exchange(url.searchParams.get('session_id') ?? ''))
    return true
  } catch {
    return false
  }
}

/**
 * The Accept header decides, since xapi 23.17; without one, the parameter `json`. A browser or a script that takes
 * anything gets JSON.
 */
const wantsJson = ({ url, request }: Exchange): boolean => {
  const { accept } = request.headers
  if (accept === undefined) return url.searchParams.get('json') === 'true'
  const xml = accept.search(/(text|application)\/xml/i)
  const json = accept.search(/application\/json|\*\/\*/i)
  return xml < 0 || (json >= 0 && json < xml)
}

const badRequest = ({ response }: Exchange): void => send(response, 400, 'text/html', page('400 Bad Request'))

const updates: Handler = (parts, host, exchange) => {
  const { url, response } = exchange
  const query = url.searchParams
  response.setHeader('connection', 'close')
  const start = query.get('start') ?? ''
  const interval = query.get('interval') ?? '0'
  if (!/^-?\d{1,12}(\.\d*)?$/.test(start) || !/^\d{1,9}$/.test(interval)) {
    badRequest(exchange)
    return
  }
  const nowMs = parts.now()
  const vmUuids = query.getAll('vm_uuid')
  const answer = rrdUpdates(parts.pool, host === null ? parts.pool.hosts : [host], {
    startSeconds: start.startsWith('-') ? nowMs / 1000 + Number(start) : Number(start),
    intervalSeconds: Number(interval),
    withHosts: query.get('host') === 'true',
    vmUuids: vmUuids.length === 0 ? null : new Set(vmUuids),
    nowMs,
  })
  if (wantsJson(exchange)) send(response, 200, 'application/json', JSON.stringify(answer))
  else send(response, 200, 'text/xml', xportXml(answer))
}

/** One object's figures of the last ten minutes, as a round-robin database. */
const dump = (answer: RrdUpdates, exchange: Exchange): void => {
  const rrd = rrdDump(answer)
  if (wantsJson(exchange)) send(exchange.response, 200, 'application/json', JSON.stringify(rrd.json))
  else send(exchange.response, 200, 'text/xml', rrd.xml)
}

const lately = (parts: HttpParts) => {
  const nowMs = parts.now()
  return { startSeconds: nowMs / 1000 - DUMP_SECONDS, intervalSeconds: 5, nowMs }
}

const ofVm: Handler = (parts, host, exchange) => {
  const uuid = exchange.url.searchParams.get('uuid')
  const vm = uuid === null ? undefined : parts.pool.vm(uuid)
  const owner = vm && parts.pool.host(vm.hostUuid)
  if (uuid === null) badRequest(exchange)
  else if (owner === undefined) send(exchange.response, 404, 'text/html', page('404 Not Found'))
  else if (host !== null && host !== owner) {
    exchange.response.setHeader(
      'location',
      `${parts.urlOf(owner)}${exchange.url.pathname}${exchange.url.search}`,
    )
    send(exchange.response, 302, 'text/html', page('302 Found'))
  } else {
    const query = { ...lately(parts), withHosts: false, vmUuids: new Set([uuid]) }
    dump(rrdUpdates(parts.pool, [owner], query), exchange)
  }
}

const ofHost: Handler = (parts, host, exchange) => {
  const query = { ...lately(parts), withHosts: true, vmUuids: new Set<string>() }
  dump(rrdUpdates(parts.pool, [host ?? parts.pool.master], query), exchange)
}

const handlers: ReadonlyMap<string, Handler> = new Map([
  ['/rrd_updates', updates],
  ['/vm_rrd', ofVm],
  ['/vm_rrds', ofVm],
  ['/host_rrd', ofHost],
  ['/host_rrds', ofHost],
])
