import type { IncomingMessage, ServerResponse } from 'node:http'
import { tellCertificates } from './certificate-records.ts'
import { Failover } from './failover.ts'
import { tellPlan } from './failover-plan.ts'
import { HostPlugin } from './host-plugin.ts'
import { HostServers, type Validity } from './host-servers.ts'
import { answerRequest, type HttpParts } from './http-server.ts'
import type { LabClock } from './lab-clock.ts'
import type { LabConfig } from './lab-config.ts'
import type { LabPoolInfo } from './lab-info.ts'
import { MigrationDesk } from './migration-desk.ts'
import { perish } from './move-records.ts'
import { Perfmon } from './perfmon.ts'
import type { PoolDirectory } from './pool-directory.ts'
import { Sessions } from './sessions.ts'
import { type VirtualHost, VirtualPool } from './virtual-pool.ts'
import { WireRefs } from './wire-refs.ts'
import { XapiDatabase } from './xapi-database.ts'
import { createDispatch } from './xapi-dispatch.ts'
import type { XapiParts } from './xapi-method.ts'
import { classNames, fillDatabase } from './xapi-records.ts'
import { XapiTasks } from './xapi-tasks.ts'

export interface LabPoolPlan {
  readonly config: LabConfig
  /** Of the pool in its lab. */
  readonly index: number
  readonly port: number
  readonly seed: number
  readonly account: { readonly user: string; readonly password: string }
  readonly tls: boolean
  /** Speaks XML-RPC only, as servers before 7.3 did. */
  readonly xmlOnly: boolean
  readonly clock: LabClock
  readonly directory: PoolDirectory
}

/** What tests do to a pool behind the back of its clients. */
export interface LabPoolControls {
  /** All sessions end and all references change. */
  restartToolstack(): void
  /** Makes a member, by its name, the master, with a fresh toolstack; the old master becomes a member. */
  promote(host: string): void
  /**
   * Ends a host's server and connections, on the migration network too; its pool knows at once that it is dead. A guest
   * that moves is lost where the host held a part of it; what else runs there is told as running until high
   * availability, or a reset of its power state, halts it.
   */
  stopHost(host: string): Promise<void>
  /** Brings a host back; nothing runs there. */
  startHost(host: string): Promise<void>
  /** Takes a host off the migration network: what moves there or from there fails, or waits after a switch. */
  cutLink(host: string): void
  mendLink(host: string): void
  /** Gives a host a new certificate and returns its fingerprint. */
  renewCertificate(host: string, validity?: Validity): Promise<string>
}

export interface LabPool {
  readonly info: LabPoolInfo
  readonly controls: LabPoolControls
  close(): Promise<void>
}

const HOUSEKEEPING_MS = 1000
/** Page heat that nobody has asked for this long, by the wall clock, is dropped. */
const KEEP_HEAT_MS = 60_000

/** Opens one pool of a lab: its machines, its XenAPI and one server per host. */
export const openLabPool = async (plan: LabPoolPlan): Promise<LabPool> => {
  const handlers = new Map<number, (request: IncomingMessage, response: ServerResponse) => void>()
  const servers = await HostServers.open({
    hosts: plan.config.hosts,
    port: plan.port,
    tls: plan.tls,
    answer: (index, request, response) => handlers.get(index)?.(request, response),
  })
  try {
    const { pool, http, close } = assemble(plan, servers)
    const isShared = servers.addresses.length === 1 && pool.hosts.length > 1
    for (const index of servers.addresses.keys()) {
      const host: VirtualHost | null = isShared ? null : (pool.hosts[index] ?? null)
      handlers.set(index, (request, response) => {
        answerRequest(http, host, { request, response }).catch(() => response.destroy())
      })
    }
    return {
      info: infoOf(plan, pool, servers),
      controls: controlsOf(http, servers),
      close: async () => {
        close()
        await servers.close()
      },
    }
  } catch (error) {
    await servers.close()
    throw error
  }
}

const assemble = (plan: LabPoolPlan, servers: HostServers) => {
  const { config, seed, clock, directory } = plan
  const { now } = clock
  const sharedAddress = servers.addresses[0] ?? '127.0.0.1'
  const pool = new VirtualPool({
    config,
    seed: seed + plan.index,
    startedAtMs: now(),
    addresses: config.hosts.map((_, index) => servers.addresses[index] ?? sharedAddress),
  })
  const database = new XapiDatabase(classNames)
  fillDatabase(database, pool)
  tellCertificates(database, pool, servers)
  const announce = (scale: number) => announceScale(database, pool, scale)
  announce(clock.scale)
  const silence = clock.onScale(announce)
  // Clients come and go by the wall clock.
  const sessions = new Sessions(plan.account, Date.now)
  const tasks = new XapiTasks(database, now)
  const desk = new MigrationDesk({ pool, database, tasks, clock })
  const plugin = config.hasPlugin === false ? null : new HostPlugin({ pool, database, desk, clock })
  const refs = new WireRefs(plan.index)
  const scheme = plan.tls ? 'https' : 'http'
  const urlOf = (host: VirtualHost) => `${scheme}://${host.address}:${servers.port}`
  const parts: XapiParts = { pool, database, sessions, tasks, desk, plugin, now, refs, urlOf, directory }
  directory.add(parts)
  const failover = new Failover(parts)
  const perfmon = new Perfmon(pool, database)
  const housekeeping = setInterval(() => {
    tasks.collect()
    desk.collect()
    perfmon.check(now())
    failover.act()
    tellPlan(parts)
    const elapsedMs = pool.elapsedMs(now())
    for (const vm of pool.vms) vm.dropUnusedHeat(elapsedMs, KEEP_HEAT_MS * clock.speed)
  }, HOUSEKEEPING_MS)
  const http: HttpParts = { ...parts, dispatch: createDispatch(parts), xmlOnly: plan.xmlOnly }
  const close = () => {
    clearInterval(housekeeping)
    silence()
    desk.close()
    sessions.close()
  }
  return { pool, http, close }
}

const announceScale = (database: XapiDatabase, pool: VirtualPool, scale: number): void => {
  const { other_config } = database.get('pool', pool.poolRef)
  const config = typeof other_config === 'object' ? other_config : {}
  database.change('pool', pool.poolRef, {
    other_config: { ...config, 'longshore:time-scale': String(scale) },
  })
}

const controlsOf = (
  { pool, database, sessions, refs, desk, now }: HttpParts,
  servers: HostServers,
): LabPoolControls => {
  const indexOf = (name: string): number => {
    const index = pool.hosts.findIndex(({ config }) => config.name === name)
    if (index < 0) throw new Error(`the lab has no host ${name}`)
    return index
  }
  const hostOf = (name: string): VirtualHost => {
    const host = pool.hosts[indexOf(name)]
    if (host === undefined) throw new Error(`the lab has no host ${name}`)
    return host
  }
  const restartToolstack = () => {
    refs.renew()
    sessions.close()
  }
  const tellLive = (index: number, live: boolean): void => {
    const host = pool.hosts[index]
    if (host !== undefined) database.change('host_metrics', host.metricsRef, { live })
  }
  return {
    restartToolstack,
    promote: name => {
      const host = pool.hosts[indexOf(name)]
      if (host === undefined) return
      pool.master = host
      database.change('pool', pool.poolRef, { master: host.ref })
      restartToolstack()
    },
    cutLink: name => desk.cutOff(hostOf(name)),
    mendLink: name => desk.rejoin(hostOf(name)),
    stopHost: async name => {
      tellLive(indexOf(name), false)
      desk.loseHost(hostOf(name))
      desk.cutOff(hostOf(name))
      await servers.stop(indexOf(name))
    },
    startHost: async name => {
      await servers.start(indexOf(name))
      const host = hostOf(name)
      for (const vm of pool.residents(host.uuid)) perish(vm, host, { pool, database }, now())
      tellLive(indexOf(name), true)
      desk.rejoin(hostOf(name))
    },
    renewCertificate: async (name, validity) => {
      const fingerprint = await servers.renewCertificate(indexOf(name), validity)
      tellCertificates(database, pool, servers)
      return fingerprint
    },
  }
}

const infoOf = (plan: LabPoolPlan, pool: VirtualPool, servers: HostServers): LabPoolInfo => ({
  name: pool.config.poolName,
  url: `${plan.tls ? 'https' : 'http'}://${pool.master.address}:${servers.port}`,
  members: pool.hosts.map((host, index) => {
    const fingerprint = servers.fingerprint(index) ?? servers.fingerprint(0)
    return { name: host.config.name, address: host.address, ...(fingerprint && { fingerprint }) }
  }),
})
