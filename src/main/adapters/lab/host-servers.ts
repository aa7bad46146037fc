import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Failure } from '../../../shared/failure.ts'
import { type Certificate, createCertificate } from './certificate.ts'

export type Answer = (index: number, request: IncomingMessage, response: ServerResponse) => void

export interface Validity {
  readonly fromMs: number
  readonly untilMs: number
}

interface Door {
  readonly name: string
  readonly address: string
  server: Server | TlsServer
  certificate: Certificate | null
}

interface Plan {
  readonly hosts: readonly { readonly name: string; readonly address: string }[]
  /** 0 takes any free one. */
  readonly port: number
  readonly tls: boolean
  readonly answer: Answer
}

const PORT_TRIES = 20
const TEN_YEARS_MS = 10 * 365.25 * 24 * 3600 * 1000
const LIMITS = { requestTimeout: 60_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 }

/** The HTTP or HTTPS servers of a pool: one per host on one port, one for all where loopback has only 127.0.0.1. */
export class HostServers {
  readonly #doors: readonly Door[]
  readonly #answer: Answer
  readonly port: number

  private constructor(doors: readonly Door[], answer: Answer, port: number) {
    this.#doors = doors
    this.#answer = answer
    this.port = port
  }

  /** Opens them; throws a Failure where the port is taken or refused. */
  static async open(plan: Plan): Promise<HostServers> {
    const doors = plan.hosts
      .filter(({ address }, index) => plan.hosts.findIndex(host => host.address === address) === index)
      .map(host => {
        const certificate = plan.tls ? newCertificate(host) : null
        return { ...host, certificate, server: createServer() }
      })
    for (let attempt = 1; ; attempt++) {
      const opened: Door[] = []
      let { port } = plan
      try {
        for (const [index, door] of doors.entries()) {
          door.server = serverFor(door, index, plan.answer)
          port = await listen(door.server, door.address, port)
          opened.push(door)
        }
        return new HostServers(doors, plan.answer, port)
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (code === 'EADDRNOTAVAIL' && opened.length > 0) {
          await closeAll(opened.slice(1))
          return new HostServers(opened.slice(0, 1), plan.answer, port)
        }
        await closeAll(opened)
        if (code === 'EADDRINUSE' && plan.port === 0 && attempt < PORT_TRIES) continue
        const address = doors[opened.length]?.address ?? '127.0.0.1'
        throw cannotListen({ code, port, address }, error)
      }
    }
  }

  get addresses(): readonly string[] {
    return this.#doors.map(({ address }) => address)
  }

  fingerprint(index: number): string | undefined {
    return this.#doors[index]?.certificate?.fingerprint
  }

  /** What the server of a host shows, its own or the one it shares. */
  certificatePem(index: number): string | undefined {
    return (this.#doors[index] ?? this.#doors[0])?.certificate?.certificatePem
  }

  /** Ends a host's server and its connections, as if its cable were pulled. */
  async stop(index: number): Promise<void> {
    await closeServer(this.#door(index).server)
  }

  async start(index: number): Promise<void> {
    const door = this.#door(index)
    door.server = serverFor(door, index, this.#answer)
    await listen(door.server, door.address, this.port)
  }

  /** Gives a host a new certificate; returns its fingerprint. Connections end, so that the next one sees it. */
  async renewCertificate(index: number, validity?: Validity): Promise<string> {
    const door = this.#door(index)
    door.certificate = newCertificate(door, validity)
    await this.stop(index)
    await this.start(index)
    return door.certificate.fingerprint
  }

  async close(): Promise<void> {
    await closeAll(this.#doors)
  }

  #door(index: number): Door {
    const door = this.#doors[index]
    if (door === undefined) throw new Error(`host ${index} has no server of its own`)
    return door
  }
}

const newCertificate = (
  host: { readonly name: string; readonly address: string },
  validity: Validity = { fromMs: Date.now() - 24 * 3600 * 1000, untilMs: Date.now() + TEN_YEARS_MS },
): Certificate => createCertificate({ ...host, ...validity })

const serverFor = ({ certificate }: Door, index: number, answer: Answer): Server | TlsServer => {
  const onRequest = (request: IncomingMessage, response: ServerResponse) => answer(index, request, response)
  if (certificate === null) return createServer(LIMITS, onRequest)
  const { keyPem: key, certificatePem: cert } = certificate
  return createTlsServer({ ...LIMITS, key, cert }, onRequest)
}

const listen = (server: Server | TlsServer, address: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, exclusive: true }, () => {
      server.removeListener('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })

const closeServer = (server: Server | TlsServer): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

const closeAll = async (doors: readonly Door[]): Promise<void> => {
  await Promise.all(doors.map(({ server }) => closeServer(server)))
}

const cannotListen = (
  at: { readonly code: unknown; readonly port: number; readonly address: string },
  cause: unknown,
): Failure => {
  const inUse = at.code === 'EADDRINUSE'
  const why = inUse ? 'another program uses it' : `the system refuses it (${String(at.code)})`
  return new Failure(
    {
      code: inUse ? 'port-in-use' : 'refused',
      message: `The lab cannot listen on port ${at.port} of ${at.address}: ${why}.`,
      remedy: 'Choose another port, or 0 for any free one.',
    },
    cause,
  )
}
