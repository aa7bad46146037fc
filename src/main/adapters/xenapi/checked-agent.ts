import https from 'node:https'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'

/** A server that takes longer for its handshake is as good as gone. */
const HANDSHAKE_TIMEOUT_MS = 15_000

let roots: tls.SecureContext | undefined

/** The authorities of Node and of this machine; read once, since there are hundreds. */
const trustedRoots = (): tls.SecureContext => {
  roots ??= tls.createSecureContext({
    ca: [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])],
  })
  return roots
}

const brokeOff = (code: string): Error =>
  Object.assign(new Error('the connection broke during the TLS handshake'), { code })

type Done = (error: Error | null, stream: Duplex) => void

/**
 * Connections over TLS that carry nothing before `objection` was asked about the certificate and had none: each new one
 * is checked, sessions are never resumed.
 */
export class CheckedAgent extends https.Agent {
  readonly #objection: (socket: tls.TLSSocket) => Error | null
  readonly #opening = new Set<tls.TLSSocket>()

  constructor(options: https.AgentOptions, objection: (socket: tls.TLSSocket) => Error | null) {
    super({ ...options, maxCachedSessions: 0 })
    this.#objection = objection
  }

  override createConnection(options: https.RequestOptions, done?: Done): undefined {
    const socket = tls.connect({
      ...(options as tls.ConnectionOptions),
      secureContext: trustedRoots(),
      // Judged below, where a pin may speak for what no authority does.
      rejectUnauthorized: false,
    })
    this.#opening.add(socket)
    const settle = (error: Error | null): void => {
      if (!this.#opening.delete(socket)) return
      clearTimeout(timer)
      socket.removeListener('secureConnect', onSecure)
      if (error !== null) socket.destroy()
      done?.(error, socket)
    }
    const onSecure = (): void => settle(this.#objection(socket))
    const timer = setTimeout(() => settle(brokeOff('ETIMEDOUT')), HANDSHAKE_TIMEOUT_MS)
    socket.once('secureConnect', onSecure)
    socket.once('error', settle)
    socket.once('close', () => settle(brokeOff('ECONNRESET')))
  }

  override destroy(): void {
    for (const socket of [...this.#opening]) socket.destroy()
    super.destroy()
  }
}
