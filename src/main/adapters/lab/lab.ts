import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Failure } from '../../../shared/failure.ts'
import { HostPlugin } from './host-plugin.ts'
import { answerRequest, closeServer, createHostServer, type HttpParts, listen } from './http-server.ts'
import type { LabConfig } from './lab-config.ts'
import type { LabInfo } from './lab-info.ts'
import { MigrationDesk } from './migration-desk.ts'
import { Sessions } from './sessions.ts'
import { type VirtualHost, VirtualPool } from './virtual-pool.ts'
import { XapiDatabase } from './xapi-database.ts'
import { createDispatch } from './xapi-dispatch.ts'
import { classNames, fillDatabase } from './xapi-records.ts'
import { XapiTasks } from './xapi-tasks.ts'

export interface LabOptions {
  readonly config: LabConfig
  /** 0 takes any free port. */
  readonly port: number
  readonly seed: number
  readonly user: string
  readonly password: string
}

const HOUSEKEEPING_MS = 1000
const PORT_TRIES = 20

/** Opens a lab in this thread: the pool, its XenAPI and one HTTP server per host. */
export const openLab = async (
  options: LabOptions,
): Promise<{ readonly info: LabInfo; close(): Promise<void> }> => {
  const { config } = options
  const handlers = new Map<number, (request: IncomingMessage, response: ServerResponse) => void>()
  const listening = await listenOnAll(config, options.port, (index, request, response) =>
    handlers.get(index)?.(request, response),
  )
  try {
    const isShared = listening.addresses.length === 1 && config.hosts.length > 1
    const lab = createPool(options, listening.addresses)
    for (const [index] of listening.servers.entries()) {
      const host: VirtualHost | null = isShared ? null : (lab.pool.hosts[index] ?? null)
      handlers.set(index, (request, response) => {
        answerRequest(lab.http, host, { request, response }).catch(() => response.destroy())
      })
    }
    const close = async () => {
      lab.close()
      await Promise.all(listening.servers.map(closeServer))
    }
    return { info: infoOf(options, lab.pool, listening.port), close }
  } catch (error) {
    await Promise.all(listening.servers.map(closeServer))
    throw error
  }
}

const createPool = (options: LabOptions, addresses: readonly string[]) => {
  const now = () => performance.timeOrigin + performance.now()
  const { config, seed } = options
  const sharedAddress = addresses[0] ?? '127.0.0.1'
  const pool = new VirtualPool({
    config,
    seed,
    startedAtMs: now(),
    addresses: config.hosts.map((_, index) => addresses[index] ?? sharedAddress),
  })
  const database = new XapiDatabase(classNames)
  fillDatabase(database, pool)
  const sessions = new Sessions(options, now)
  const tasks = new XapiTasks(database, now)
  const desk = new MigrationDesk({ pool, database, tasks, now })
  const plugin = new HostPlugin({ pool, desk, now })
  const dispatch = createDispatch({ pool, database, sessions, tasks, desk, plugin, now })
  const housekeeping = setInterval(() => {
    tasks.collect()
    desk.collect()
    for (const vm of pool.vms) vm.dropUnusedMemory(pool.elapsedMs(now()))
  }, HOUSEKEEPING_MS)
  const http: HttpParts = { pool, sessions, dispatch, now }
  const close = () => {
    clearInterval(housekeeping)
    desk.close()
    sessions.close()
  }
  return { pool, http, close }
}

type Answer = (index: number, request: IncomingMessage, response: ServerResponse) => void

/** One server per host on the same port; one for all where loopback has only 127.0.0.1, as on macOS. */
const listenOnAll = async (
  config: LabConfig,
  port: number,
  answer: Answer,
): Promise<{
  readonly servers: readonly Server[]
  readonly addresses: readonly string[]
  readonly port: number
}> => {
  const addresses = [...new Set(config.hosts.map(({ address }) => address))]
  for (let attempt = 1; ; attempt++) {
    const servers: Server[] = []
    let bound = port
    try {
      for (const [index, address] of addresses.entries()) {
        const server = createHostServer((request, response) => answer(index, request, response))
        bound = await listen(server, address, bound)
        servers.push(server)
      }
      return { servers, addresses, port: bound }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EADDRNOTAVAIL' && servers.length > 0) {
        await Promise.all(servers.slice(1).map(closeServer))
        return { servers: servers.slice(0, 1), addresses: addresses.slice(0, 1), port: bound }
      }
      await Promise.all(servers.map(closeServer))
      if (code === 'EADDRINUSE' && port === 0 && attempt < PORT_TRIES) continue
      throw cannotListen({ code, port, address: addresses[servers.length] ?? '127.0.0.1' }, error)
    }
  }
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

const infoOf = (options: LabOptions, pool: VirtualPool, port: number): LabInfo => {
  const master = pool.hosts[0]?.address ?? '127.0.0.1'
  const url = `http://${master}:${port}`
  const members = pool.hosts.map(host => ({ name: host.config.name, address: host.address }))
  const { user, password } = options
  return { url, user, password, pools: [{ name: pool.config.poolName, url, members }] }
}
