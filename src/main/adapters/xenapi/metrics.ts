import { Failure, isAbort } from '../../../shared/failure.ts'
import type { CertificateQuestion } from '../../../shared/model/certificate.ts'
import { atAddress } from '../../../shared/model/member-address.ts'
import { CertificateFailure } from '../../ports/certificate-failure.ts'
import type { MetricsReading } from '../../ports/hypervisor.ts'
import type { Log } from '../../ports/log.ts'
import type { Trust } from '../../ports/trust.ts'
import { type HttpAnswer, HttpLine } from './http-line.ts'
import type { PoolView } from './inventory.ts'
import type { PoolClock } from './pool-clock.ts'
import { hostSampleOf, type VmReadings, vmReadingsOf, vmSampleOf } from './rrd-samples.ts'
import { parseRrdUpdates, type RrdUpdates } from './rrd-updates.ts'
import type { XenSession } from './session.ts'

const STEP_SECONDS = 5
/** Rows asked for: the newest is up to two steps old, and a data source may lag by one more. */
const ROWS_ASKED = 4
/** Less than the sampler waits for a whole reading: one silent host must not cost the others theirs. */
const FETCH_TIMEOUT_MS = 2_500
/** How long a host that failed is left alone, pool time: it would hold up every reading. */
const LEAVE_ALONE_MS = 15_000
/** A VM's archive is with the host it runs on: one step. A second one is for a VM that moves meanwhile. */
const MOST_REDIRECTIONS = 2

interface HostRows {
  readonly origin: string
  readonly updates: RrdUpdates
  readonly vms: ReadonlyMap<string, VmReadings>
}

/**
 * The latest RRD rows of every host. Rows come every 5 s: between them a host is not asked again and its values age.
 * A host that fails leaves its figures to grow old, is left alone for a while, and does not disturb the others.
 */
export class MetricsReader {
  readonly #session: XenSession
  readonly #clock: PoolClock
  readonly #log: Log
  readonly #trust: Trust
  readonly #onUntrusted: (question: CertificateQuestion) => void
  readonly #lines = new Map<string, HttpLine>()
  readonly #rows = new Map<string, HostRows>()
  /** Hosts that failed last time, with the pool time from which they are asked again. */
  readonly #troubled = new Map<string, number>()

  constructor(parts: {
    session: XenSession
    clock: PoolClock
    log: Log
    trust: Trust
    /** Told at every attempt that a member shows a certificate that nobody vouched for: the pool may know more by now. */
    onUntrusted: (question: CertificateQuestion) => void
  }) {
    this.#session = parts.session
    this.#clock = parts.clock
    this.#log = parts.log
    this.#trust = parts.trust
    this.#onUntrusted = parts.onUntrusted
  }

  async read(view: PoolView, signal: AbortSignal): Promise<MetricsReading> {
    this.#forgetAllBut(view.hosts)
    const live = view.inventory.hosts.filter(host => host.live)
    // What was heard of a host before it died says nothing of it now, nor of the VMs that its pool still has there.
    for (const { id, live } of view.inventory.hosts) if (!live) this.#rows.delete(id)
    await Promise.all(live.map(host => this.#refresh(view, host.id, signal)))

    const atMs = this.#clock.now()
    const readings = this.#newestReadingsByVm()
    return {
      atMs,
      vms: view.inventory.vms
        .filter(vm => vm.powerState === 'running' && view.hosts.get(vm.hostId ?? '')?.live !== false)
        .map(vm => vmSampleOf(vm.id, readings.get(vm.id), atMs)),
      hosts: view.inventory.hosts.map(host =>
        hostSampleOf(host.id, this.#rows.get(host.id)?.updates.hosts.get(host.id), atMs),
      ),
    }
  }

  close(): void {
    for (const line of this.#lines.values()) line.close()
    this.#lines.clear()
  }

  /** A VM that moved is in the rows of two hosts for a while: the newer ones are right. */
  #newestReadingsByVm(): ReadonlyMap<string, VmReadings> {
    const found = new Map<string, VmReadings>()
    const oldestFirst = [...this.#rows.values()].toSorted(
      (a, b) => (a.updates.newestSeconds ?? 0) - (b.updates.newestSeconds ?? 0),
    )
    for (const { vms } of oldestFirst) for (const [vmId, readings] of vms) found.set(vmId, readings)
    return found
  }

  async #refresh(view: PoolView, hostId: string, signal: AbortSignal): Promise<void> {
    const newest = this.#rows.get(hostId)?.updates.newestSeconds
    if (newest !== undefined && this.#clock.now() < (newest + STEP_SECONDS) * 1000) return
    if (this.#clock.now() < (this.#troubled.get(hostId) ?? 0)) return
    const origin = this.#originOf(view, hostId)
    try {
      const updates = await this.#fetch(origin, signal)
      const vms = new Map(Array.from(updates.vms, ([vmId, figures]) => [vmId, vmReadingsOf(figures)]))
      this.#rows.set(hostId, { origin: origin.origin, updates, vms })
      this.#troubled.delete(hostId)
    } catch (error) {
      if (isAbort(error) || signal.aborted) throw error
      if (error instanceof Failure && error.code === 'closed') throw error
      if (!this.#troubled.has(hostId))
        this.#log.warn('a host gives no metrics', { hostId, why: String(error) })
      if (error instanceof CertificateFailure) this.#onUntrusted(error.question)
      this.#troubled.set(hostId, this.#clock.now() + LEAVE_ALONE_MS)
    }
  }

  async #fetch(origin: URL, signal: AbortSignal): Promise<RrdUpdates> {
    const start = Math.floor(this.#clock.now() / 1000) - ROWS_ASKED * STEP_SECONDS
    const generation = this.#session.generation
    const first = await this.#ask(origin, start, signal)
    if (first.status === 401) await this.#session.renew(generation, signal)
    const answer = first.status === 401 ? await this.#ask(origin, start, signal) : first
    if (answer.status !== 200) throw new Error(`${origin.origin}/rrd_updates answers HTTP ${answer.status}`)
    const updates = parseRrdUpdates(answer.body.toString('utf8'))
    // A start too far back silently yields the averages of a coarser archive.
    if (updates.stepSeconds !== STEP_SECONDS)
      throw new Error(`${origin.origin} gives rows every ${updates.stepSeconds} s instead of every 5 s`)
    return updates
  }

  #ask(origin: URL, start: number, signal: AbortSignal): Promise<HttpAnswer> {
    const query = new URLSearchParams({
      session_id: this.#session.ref,
      start: String(start),
      cf: 'AVERAGE',
      host: 'true',
      json: 'true',
    })
    return this.#get(origin, `/rrd_updates?${query}`, signal)
  }

  /** Follows redirections, to members of the pool only: the session goes with them. */
  async #get(origin: URL, path: string, signal: AbortSignal): Promise<HttpAnswer> {
    let [at, next] = [origin, path]
    for (let redirections = 0; ; redirections++) {
      const request = { path: next, accept: 'application/json' }
      const answer = await this.#lineTo(at).send(request, { signal, timeoutMs: FETCH_TIMEOUT_MS })
      const location = answer.status >= 300 && answer.status < 400 && URL.parse(answer.location, at.href)
      if (!location) return answer
      if (redirections === MOST_REDIRECTIONS) throw new Error(`${at.origin} sends us in a circle`)
      if (!this.#session.isMember(location.hostname))
        throw new Error(`${at.origin} sends us to ${location.hostname}, which is no host of the pool`)
      // The pool names members by bare address: our scheme and port hold.
      at = atAddress(at, location.hostname)
      next = `${location.pathname}${location.search}`
    }
  }

  /** The master is where we found it, which may be a name or a tunnel; the others are where the pool says. */
  #originOf(view: PoolView, hostId: string): URL {
    const address = view.hosts.get(hostId)?.address ?? ''
    const atMaster = hostId === view.inventory.pool.masterHostId || address === ''
    return atMaster ? this.#session.origin : atAddress(this.#session.origin, address)
  }

  #lineTo(origin: URL): HttpLine {
    const known = this.#lines.get(origin.origin)
    if (known) return known
    const line = new HttpLine(origin, this.#trust)
    this.#lines.set(origin.origin, line)
    return line
  }

  #forgetAllBut(hosts: ReadonlyMap<string, unknown>): void {
    for (const [hostId, { origin }] of this.#rows) {
      if (hosts.has(hostId)) continue
      this.#rows.delete(hostId)
      this.#lines.get(origin)?.close()
      this.#lines.delete(origin)
    }
  }
}
