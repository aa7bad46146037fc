import http from 'node:http'
import https from 'node:https'
import { Failure } from '../../../shared/failure.ts'
import type { Trust } from '../../ports/trust.ts'
import { closedHere } from '../system/connection-failures.ts'
import { printable } from '../system/printable.ts'
import { objectionTo } from './certificate-check.ts'
import { CheckedAgent } from './checked-agent.ts'
import { networkFailure, timeoutFailure } from './network-failure.ts'
import type { CallOptions } from './transport.ts'

/** 10,000 VM records are about 20 MB of JSON; three times that is not a XenServer's answer. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

export interface HttpRequest {
  readonly path: string
  readonly accept: string
  /** Present: a POST of this text. */
  readonly body?: { readonly type: string; readonly text: string }
}

export interface HttpAnswer {
  readonly status: number
  /** Lower case, without parameters; empty when there was none. */
  readonly contentType: string
  /** Where a redirection leads; empty when to nowhere. */
  readonly location: string
  readonly body: Buffer
}

/** HTTP to one origin over keep-alive connections of its own; over TLS, nothing is sent to whom `trust` does not know. */
export class HttpLine {
  readonly origin: URL
  readonly #agent: http.Agent
  readonly #stops = new Set<(reason: Error) => void>()
  #closed = false

  constructor(origin: URL, trust: Trust) {
    this.origin = origin
    const options = { keepAlive: true, maxFreeSockets: 4 }
    this.#agent =
      origin.protocol === 'https:'
        ? new CheckedAgent(options, socket => objectionTo(socket, origin, trust))
        : new http.Agent(options)
  }

  async send(request: HttpRequest, options: CallOptions): Promise<HttpAnswer> {
    const first = await this.#exchange(request, options)
    // A server may close an idle connection just as it is used again: the request never arrived.
    if (first === 'stale') {
      const second = await this.#exchange(request, options)
      if (second !== 'stale') return second
      throw networkFailure(undefined, this.origin)
    }
    return first
  }

  close(reason: Error = closedHere(this.origin.origin)): void {
    this.#closed = true
    for (const stop of [...this.#stops]) stop(reason)
    this.#agent.destroy()
  }

  #exchange(request: HttpRequest, options: CallOptions): Promise<HttpAnswer | 'stale'> {
    options.signal.throwIfAborted()
    if (this.#closed) throw closedHere(this.origin.origin)
    return new Promise((resolve, reject) => {
      const sent = this.#open(request)
      const settle = (): void => {
        clearTimeout(timer)
        options.signal.removeEventListener('abort', onAbort)
        this.#stops.delete(stop)
      }
      const stop = (reason: unknown): void => {
        settle()
        reject(reason)
        sent.destroy()
      }
      const onAbort = (): void => stop(options.signal.reason)
      const timer = setTimeout(() => stop(timeoutFailure(this.origin, options.timeoutMs)), options.timeoutMs)
      options.signal.addEventListener('abort', onAbort, { once: true })
      this.#stops.add(stop)
      sent.on('error', error => {
        const stale = sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET'
        settle()
        if (stale && options.once !== true) resolve('stale')
        else reject(networkFailure(error, this.origin))
      })
      sent.on('response', response => {
        this.#collect(response).then(
          answer => {
            settle()
            resolve(answer)
          },
          (error: unknown) => stop(error instanceof Failure ? error : networkFailure(error, this.origin)),
        )
      })
      sent.end(request.body?.text)
    })
  }

  #open(request: HttpRequest): http.ClientRequest {
    const { request: open } = this.origin.protocol === 'https:' ? https : http
    return open(new URL(request.path, this.origin), {
      agent: this.#agent,
      method: request.body === undefined ? 'GET' : 'POST',
      headers: {
        accept: request.accept,
        ...(request.body !== undefined && {
          'content-type': request.body.type,
          'content-length': Buffer.byteLength(request.body.text),
        }),
      },
    })
  }

  async #collect(response: http.IncomingMessage): Promise<HttpAnswer> {
    const encoding = response.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity')
      throw new Failure({
        code: 'not-xenapi',
        message: `${this.origin.origin} answered compressed (${printable(encoding)}), which it was not asked to.`,
        remedy: 'Check that the address is that of a XenServer, and that no proxy stands between.',
      })
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > MAX_ANSWER_BYTES)
        throw new Failure({
          code: 'unsupported',
          message: `${this.origin.origin} sent more than 64 MiB in one answer.`,
          remedy: 'Check that the address is that of a XenServer.',
        })
      chunks.push(chunk)
    }
    return {
      status: response.statusCode ?? 0,
      contentType: (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
      location: response.headers.location ?? '',
      body: Buffer.concat(chunks),
    }
  }
}
