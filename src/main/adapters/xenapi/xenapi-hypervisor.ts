import type { CertificateQuestion } from '../../../shared/model/certificate.ts'
import type { ConnectionSettings } from '../../../shared/model/connection.ts'
import type { DestinationCheck } from '../../../shared/model/destination-check.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { Lease } from '../../../shared/model/pool-guards.ts'
import type { PoolTask } from '../../../shared/model/pool-task.ts'
import type { Clock } from '../../ports/clock.ts'
import type {
  DirtyRateReading,
  Hypervisor,
  Inventory,
  MetricsReading,
  MigrationOrder,
  PageHeatReading,
} from '../../ports/hypervisor.ts'
import type { Log } from '../../ports/log.ts'
import type { Trust } from '../../ports/trust.ts'
import { closedHere, notKnown } from '../system/connection-failures.ts'
import { checkDestinations, listDestinations } from './check-destinations.ts'
import { ClockSync } from './clock-sync.ts'
import { readDirtyRate, readPageHeat } from './guest-plugin.ts'
import { assertSamePool, MemberWatch } from './member-watch.ts'
import { MetricsReader } from './metrics.ts'
import { Migrations } from './migrations.ts'
import { PoolClock } from './pool-clock.ts'
import { PoolFeed } from './pool-feed.ts'
import { PoolTasks } from './pool-tasks.ts'
import { replaceLease } from './replace-lease.ts'
import { XenSession } from './session.ts'
import { failureOfXenError, isXenError, XenApiError } from './xen-error.ts'
import { xenLines } from './xen-lines.ts'

interface Connecting {
  readonly settings: ConnectionSettings
  readonly clock: Clock
  readonly log: Log
  readonly trust: Trust
  /** Addresses of the pool's hosts as last told to `onMembers`: asked in turn when the server at the URL is silent. */
  readonly members?: readonly string[]
  readonly onMembers?: (addresses: readonly string[]) => void
  /** A member shows a certificate that nobody vouches for, while the connection stands. */
  readonly onQuestion?: (question: CertificateQuestion) => void
}

/** A pool of XenServer or XCP-ng, over its own API. */
class XenApiHypervisor implements Hypervisor {
  readonly #name: string
  readonly #session: XenSession
  readonly #clockSync: ClockSync
  readonly #feed: PoolFeed
  readonly #metrics: MetricsReader
  readonly #migrations: Migrations
  readonly #tasks: PoolTasks
  readonly #members: MemberWatch
  #closing: Promise<void> | undefined

  constructor({ settings, clock, log, trust, onMembers, onQuestion }: Connecting, session: XenSession) {
    this.#name = settings.name
    this.#session = session
    const poolClock = new PoolClock(clock)
    this.#clockSync = new ClockSync({ session, clock, poolClock, log })
    const explain = (error: unknown): unknown => this.#explain('Following the pool', error)
    this.#feed = new PoolFeed({ session, clock, log, connectionId: settings.id, explain })
    this.#members = new MemberWatch({ session, trust, log, onMembers: onMembers ?? (() => undefined) })
    const onUntrusted = (question: CertificateQuestion) => {
      this.#members.doubt()
      onQuestion?.(question)
    }
    this.#metrics = new MetricsReader({ session, clock: poolClock, log, trust, onUntrusted })
    this.#tasks = new PoolTasks({ session, feed: this.#feed, clock, log, server: settings.name })
    this.#migrations = new Migrations({
      session,
      feed: this.#feed,
      clock,
      poolClock,
      server: settings.name,
      explain,
    })
  }

  /** Reads the first inventory and the pool's time. */
  async start(known: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#feed.start(signal)
    if (this.#session.ledByMember) assertSamePool(known, this.#feed.view)
    await this.#members.look(this.#feed.view)
    await this.#attempt('Reading the time', () => this.#clockSync.ensure(this.#feed.view, signal))
  }

  watchInventory(signal: AbortSignal): AsyncIterable<Inventory> {
    return this.#feed.watch(signal)
  }

  readMetrics(signal: AbortSignal): Promise<MetricsReading> {
    return this.#attempt('Reading the metrics', async () => {
      await this.#members.look(this.#feed.view)
      await this.#clockSync.ensure(this.#feed.view, signal)
      return this.#metrics.read(this.#feed.view, signal)
    })
  }

  readDirtyRate(vmId: string, windowMs: number, signal: AbortSignal): Promise<DirtyRateReading> {
    return this.#attempt('Measuring the dirty rate', async () =>
      readDirtyRate(this.#session, { view: this.#feed.view, vmId, signal }, windowMs),
    )
  }

  readPageHeat(vmId: string, maxRegions: number, signal: AbortSignal): Promise<PageHeatReading> {
    return this.#attempt('Reading the page heat', () =>
      readPageHeat(this.#session, { view: this.#feed.view, vmId, signal }, maxRegions),
    )
  }

  listDestinations(vmId: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.#attempt('Asking for possible destinations', async () => {
      const { view } = this.#feed
      const vmRef = view.vmRefs.get(vmId)
      if (vmRef === undefined) throw notKnown('The VM')
      return listDestinations(this.#session, { view, vmId, vmRef }, signal)
    })
  }

  checkDestinations(vmId: string, signal: AbortSignal): Promise<readonly DestinationCheck[]> {
    return this.#attempt('Asking which hosts can take the VM', async () => {
      const { view } = this.#feed
      const vmRef = view.vmRefs.get(vmId)
      if (vmRef === undefined) throw notKnown('The VM')
      const nameOf = (ref: string) => this.#feed.nameOf(ref)
      return checkDestinations(this.#session, { view, vmId, vmRef, nameOf }, signal)
    })
  }

  async startMigration(order: MigrationOrder, signal: AbortSignal): Promise<void> {
    const name = this.#feed.view.vms.get(order.vmId)?.name ?? 'the VM'
    return this.#attempt(`Moving ${name}`, () => this.#migrations.start(order, signal))
  }

  async *watchMigration(
    id: string,
    afterSequence: number,
    signal: AbortSignal,
  ): AsyncGenerator<HostMigrationEvent> {
    try {
      this.#assertOpen()
      yield* this.#migrations.watch(id, afterSequence, signal)
    } catch (error) {
      throw this.#explain('Watching the migration', error)
    }
  }

  controlMigration(id: string, command: MigrationCommand, signal: AbortSignal): Promise<void> {
    return this.#attempt(`The command ${command.kind}`, () => this.#migrations.control(id, command, signal))
  }

  async *watchTasks(signal: AbortSignal): AsyncGenerator<readonly PoolTask[]> {
    try {
      this.#assertOpen()
      yield* this.#tasks.watch(signal)
    } catch (error) {
      throw this.#explain('Watching the tasks', error)
    }
  }

  cancelTask(taskId: string, signal: AbortSignal): Promise<void> {
    return this.#attempt('Cancelling the task', () => this.#tasks.cancel(taskId, signal))
  }

  replaceLease(present: Lease | null, next: Lease | null, signal: AbortSignal): Promise<boolean> {
    return this.#attempt('Taking the lease of the pool', () =>
      replaceLease(this.#session, { present, next }, signal),
    )
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.allSettled([
      this.#feed.close(),
      this.#migrations.close(),
      this.#clockSync.close(),
      this.#members.close(),
    ])
    this.#metrics.close()
    await this.#session.close()
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closedHere(this.#session.origin.origin)
  }

  async #attempt<T>(what: string, task: () => Promise<T>): Promise<T> {
    try {
      this.#assertOpen()
      return await task().catch(async (error: unknown) => {
        // A toolstack that restarted knows nothing by its old reference: the same once more by the new ones.
        if (!isXenError(error, 'HANDLE_INVALID') || !this.#feed.isBehind) throw error
        await this.#feed.catchUp()
        return task()
      })
    } catch (error) {
      throw this.#explain(what, error)
    }
  }

  #explain(what: string, error: unknown): unknown {
    if (!(error instanceof XenApiError)) return error
    return failureOfXenError(error, { what, server: this.#name, nameOf: ref => this.#feed.nameOf(ref) })
  }
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')

/** Signs in to the pool at `settings.url` and resolves when its inventory is known; throws a Failure when it cannot. */
export const connectXenApi = async (connecting: Connecting, signal: AbortSignal): Promise<Hypervisor> => {
  const url = new URL(connecting.settings.url)
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    connecting.log.warn('the password travels unencrypted', { url: url.origin })
  const { settings, clock, trust, members = [] } = connecting
  const session = await XenSession.open({ settings, openLine: xenLines(trust), clock, members }, signal)
  const hypervisor = new XenApiHypervisor(connecting, session)
  try {
    await hypervisor.start(members, signal)
    return hypervisor
  } catch (error) {
    await hypervisor.close()
    throw error
  }
}
