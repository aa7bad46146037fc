import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

/** What a scripted method throws to refuse a call as XenAPI does. */
export class XenRefusal extends Error {
  readonly code: string
  readonly params: readonly string[]

  constructor(code: string, ...params: readonly string[]) {
    super(code)
    this.code = code
    this.params = params
  }
}

type XenRecord = Readonly<Record<string, unknown>>
type Method = (params: readonly unknown[], server: FakeXenServer) => unknown
type Page = (request: IncomingMessage, response: ServerResponse) => void

interface Change {
  readonly generation: number
  readonly class: string
  readonly ref: string
  readonly record: XenRecord | null
  readonly silent: boolean
}

const tokenOf = (generation: number): string => `${'0'.repeat(20)},${String(generation).padStart(20, '0')}`

const lookUp = (
  records: XenRecord,
  asked: string,
  { className, key }: { className: string; key: string },
): unknown => {
  const uuidOf = (record: unknown) => (record as XenRecord).uuid
  const ref = asked === 'get_uuid' ? key : Object.keys(records).find(one => uuidOf(records[one]) === key)
  if (ref === undefined) throw new XenRefusal('UUID_INVALID', className, key)
  if (records[ref] === undefined) throw new XenRefusal('HANDLE_INVALID', className, key)
  return asked === 'get_uuid' ? uuidOf(records[ref]) : ref
}

/** A XenServer that says what a test tells it to: sessions, events by long poll, scripted methods, RRD pages. */
export class FakeXenServer {
  readonly calls: { readonly method: string; readonly params: readonly unknown[] }[] = []
  readonly methods = new Map<string, Method>()
  readonly pages = new Map<string, Page>()
  readonly sessions = new Set<string>()
  readonly sockets = new Set<Socket>()
  password = 'secret'
  readonly #records = new Map<string, Map<string, XenRecord>>()
  readonly #server
  readonly #scheme: string
  #changes: Change[] = []
  #generation = 0
  #wakes = new Set<() => void>()
  #logins = 0

  /** With a certificate it speaks https. */
  constructor(certificate?: { readonly keyPem: string; readonly certificatePem: string }) {
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      void this.#answer(request, response)
    this.#scheme = certificate === undefined ? 'http' : 'https'
    this.#server =
      certificate === undefined
        ? createServer(answer)
        : createTlsServer({ key: certificate.keyPem, cert: certificate.certificatePem }, answer)
  }

  async listen(host = '127.0.0.1', port = 0): Promise<this> {
    this.#server.on('connection', (socket: Socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, resolve)
    })
    return this
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`
  }

  /** Adds, replaces or (null) deletes a record, and tells so to those who wait for events. */
  put(className: string, ref: string, record: XenRecord | null): void {
    const records = this.#records.get(className) ?? new Map<string, XenRecord>()
    this.#records.set(className, records)
    if (record === null) records.delete(ref)
    else records.set(ref, record)
    this.#generation++
    this.#changes.push({ generation: this.#generation, class: className, ref, record, silent: false })
    this.#wake()
  }

  record(className: string, ref: string): XenRecord {
    return this.#records.get(className)?.get(ref) ?? {}
  }

  records(className: string): XenRecord {
    return Object.fromEntries(this.#records.get(className) ?? [])
  }

  /** Deletes a record without an event: what a client can find out by counting alone. */
  loseSilently(className: string, ref: string): void {
    this.#records.get(className)?.delete(ref)
    this.#generation++
    this.#changes.push({ generation: this.#generation, class: className, ref, record: null, silent: true })
    this.#wake()
  }

  /** Ends every session, as a restart of the toolstack does. */
  forgetSessions(): void {
    this.sessions.clear()
    this.#wake()
  }

  cutConnections(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  callsOf(method: string): readonly (readonly unknown[])[] {
    return this.calls.filter(call => call.method === method).map(call => call.params)
  }

  async close(): Promise<void> {
    this.#wake()
    this.cutConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  #wake(): void {
    for (const wake of [...this.#wakes]) wake()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname
    const page = this.pages.get(path)
    if (page !== undefined) return page(request, response)
    if (path !== '/jsonrpc') {
      response.writeHead(404).end()
      return
    }
    let body = ''
    for await (const chunk of request) body += chunk
    const { id, method, params } = JSON.parse(body)
    this.calls.push({ method, params })
    const reply = (answer: object): void => {
      if (response.destroyed) return
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
    }
    try {
      reply({ result: await this.#call(method, params) })
    } catch (error) {
      if (!(error instanceof XenRefusal)) throw error
      reply({ error: { code: 1, message: error.code, data: error.params } })
    }
  }

  async #call(method: string, params: readonly unknown[]): Promise<unknown> {
    const scripted = this.methods.get(method)
    if (method === 'session.login_with_password') {
      if (scripted) return scripted(params, this)
      if (params[1] !== this.password)
        throw new XenRefusal('SESSION_AUTHENTICATION_FAILED', String(params[0]), '')
      this.#logins++
      const session = `OpaqueRef:session-${this.#logins}`
      this.sessions.add(session)
      return session
    }
    const session = String(params[0])
    if (!this.sessions.has(session)) throw new XenRefusal('SESSION_INVALID', session)
    const rest = params.slice(1)
    if (scripted) return scripted(rest, this)
    if (method === 'session.logout') return this.sessions.delete(session) && ''
    if (method === 'host.get_servertime')
      return new Date().toISOString().replaceAll('-', '').replace(/\.\d+/, '')
    if (method === 'event.from') return this.#eventFrom(session, rest)
    const [, className = '', asked] = /^(\w+)\.(get_all_records|get_by_uuid|get_uuid)$/.exec(method) ?? []
    const records = this.records(className.toLowerCase())
    if (asked === 'get_all_records') return records
    if (asked !== undefined) return lookUp(records, asked, { className, key: String(rest[0]) })
    throw new XenRefusal('MESSAGE_METHOD_UNKNOWN', method)
  }

  async #eventFrom(session: string, [classes, token, seconds]: readonly unknown[]): Promise<unknown> {
    const wanted = (classes as readonly string[]).map(name => name.toLowerCase())
    const matches = (name: string, ref: string): boolean =>
      wanted.includes(name) || wanted.includes(`${name}/${ref}`.toLowerCase())
    const told = token === '' ? -1 : Number(String(token).split(',')[1])
    const pending = (): boolean =>
      told < 0 || this.#changes.some(one => one.generation > told && matches(one.class, one.ref))
    const untilMs = Date.now() + Number(seconds) * 1000
    while (!pending() && this.sessions.has(session) && Date.now() < untilMs) await this.#nextWake(untilMs)
    if (!this.sessions.has(session)) throw new XenRefusal('SESSION_INVALID', session)
    return {
      token: tokenOf(this.#generation),
      valid_ref_counts: Object.fromEntries([...this.#records].map(([name, records]) => [name, records.size])),
      events: told < 0 ? this.#everything(matches) : this.#since(told, matches),
    }
  }

  #everything(matches: (name: string, ref: string) => boolean): readonly object[] {
    return [...this.#records].flatMap(([name, records]) =>
      [...records]
        .filter(([ref]) => matches(name, ref))
        .map(([ref, snapshot]) => ({
          id: 0,
          timestamp: '0.0',
          class: name,
          operation: 'add',
          ref,
          snapshot,
        })),
    )
  }

  #since(generation: number, matches: (name: string, ref: string) => boolean): readonly object[] {
    const latest = new Map<string, Change>()
    for (const change of this.#changes)
      if (!change.silent && change.generation > generation && matches(change.class, change.ref))
        latest.set(`${change.class}/${change.ref}`, change)
    return [...latest.values()].map(({ class: name, ref, record }) =>
      record === null
        ? { id: 0, timestamp: '0.0', class: name, operation: 'del', ref }
        : { id: 0, timestamp: '0.0', class: name, operation: 'mod', ref, snapshot: record },
    )
  }

  async #nextWake(untilMs: number): Promise<void> {
    await new Promise<void>(resolve => {
      const wake = (): void => {
        clearTimeout(timer)
        this.#wakes.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, untilMs - Date.now())
      this.#wakes.add(wake)
    })
  }
}
