import { errorText, Failure, isAbort } from '../../shared/failure.ts'
import { type Measure, UNAVAILABLE } from '../../shared/model/measure.ts'
import type { HostSample, VmSample } from '../../shared/model/sample.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { PAGE_BYTES } from '../../shared/units.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { LivePool } from './connections.ts'

/** The samples of one pool for one second. */
export interface Tick {
  readonly atMs: number
  readonly vms: readonly VmSample[]
  readonly hosts: readonly HostSample[]
}

/** The window of a dirty-rate reading, ms: the definition of the dirty rate. */
const WINDOW_MS = 1000
/** Time between two readings of one VM, ms: at rest, and while its rate is above a quarter of the link's. Guesses. */
const RESTING_CADENCE_MS = 5000
const BUSY_CADENCE_MS = 1500
const BUSY_SHARE_OF_LINK = 0.25
/** Readings under way at once on one host: each pauses its VM for an instant. A guess. */
const READINGS_PER_HOST = 2
const METRICS_TIMEOUT_MS = 4000
/** A dirty rate read longer ago says nothing about now: twelve cadences at rest. A guess. */
const LONGEST_AGE_MS = 60_000

interface DirtyRate {
  readonly pagesPerSecond: number
  readonly atMs: number
  readonly origin: 'measured' | 'estimated'
}

/**
 * Reads every VM once a second. The dirty rate comes at its own cadence, one 1 s window at a time, never while the VM
 * has an operation running; between readings it is carried on with its age, for a minute at most.
 */
export class Sampler {
  readonly #dirty = new Map<string, DirtyRate>()
  readonly #dueMs = new Map<string, number>()
  /** The VMs whose dirty rate is being read, and the hosts they are on. */
  readonly #reading = new Map<string, string>()
  readonly #clock: Clock
  readonly #log: Log
  readonly #abort = new AbortController()

  constructor({ clock, log }: { clock: Clock; log: Log }) {
    this.#clock = clock
    this.#log = log
  }

  /** One reading of a pool. Throws the Failure of a pool that does not answer. */
  async sample(pool: LivePool): Promise<Tick> {
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(METRICS_TIMEOUT_MS)])
    const reading = await pool.hypervisor.readMetrics(signal).catch(error => {
      if (!signal.aborted || this.#abort.signal.aborted) throw error
      throw new Failure({
        code: 'timeout',
        message: `${pool.inventory.pool.name} has not sent its metrics for ${METRICS_TIMEOUT_MS / 1000} s.`,
        remedy: 'They are asked for again every second; if it lasts, check the load of the pool master.',
      })
    })
    this.#startReadings(pool)
    return {
      atMs: reading.atMs,
      hosts: reading.hosts,
      vms: reading.vms.map(sample => ({
        ...sample,
        dirtyPagesPerSecond: this.#dirtyRate(sample.vmId, reading.atMs),
      })),
    }
  }

  /** What a running migration says of its VM's dirty rate: its rounds are longer than a window, so it is an estimate. */
  noteMigration(vmId: string, pagesPerSecond: number, atMs: number): void {
    this.#dirty.set(vmId, { pagesPerSecond, atMs, origin: 'estimated' })
  }

  close(): void {
    this.#abort.abort()
  }

  #dirtyRate(vmId: string, nowMs: number): Measure {
    const rate = this.#dirty.get(vmId)
    const ageMs = rate ? Math.max(0, nowMs - rate.atMs) : Number.POSITIVE_INFINITY
    if (!rate || ageMs > LONGEST_AGE_MS) return UNAVAILABLE
    return { origin: rate.origin, value: rate.pagesPerSecond, ageMs }
  }

  #startReadings(pool: LivePool): void {
    const nowMs = this.#clock.now()
    const { hosts, vms } = pool.inventory
    const dueByHost = Map.groupBy(
      vms.filter(vm => this.#isDue(vm, nowMs)),
      vm => vm.hostId,
    )
    for (const host of hosts.filter(h => h.capabilities.dirtyRate)) {
      const busy = [...this.#reading.values()].filter(hostId => hostId === host.id).length
      const due = (dueByHost.get(host.id) ?? []).sort(
        (a, b) => (this.#dueMs.get(a.id) ?? 0) - (this.#dueMs.get(b.id) ?? 0),
      )
      for (const vm of due.slice(0, READINGS_PER_HOST - busy)) void this.#read(pool, vm, host.id)
    }
  }

  #isDue(vm: Vm, nowMs: number): boolean {
    return (
      vm.powerState === 'running' &&
      vm.currentOperations.length === 0 &&
      !this.#reading.has(vm.id) &&
      (this.#dueMs.get(vm.id) ?? 0) <= nowMs
    )
  }

  async #read(pool: LivePool, vm: Vm, hostId: string): Promise<void> {
    this.#reading.set(vm.id, hostId)
    const linkPagesPerSecond = pool.inventory.pool.linkBytesPerSecond / PAGE_BYTES
    let cadenceMs = RESTING_CADENCE_MS
    try {
      const { pages, windowMs, atMs } = await pool.hypervisor.readDirtyRate(
        vm.id,
        WINDOW_MS,
        this.#abort.signal,
      )
      const pagesPerSecond = (pages * 1000) / windowMs
      this.#dirty.set(vm.id, { pagesPerSecond, atMs, origin: 'measured' })
      if (pagesPerSecond > BUSY_SHARE_OF_LINK * linkPagesPerSecond) cadenceMs = BUSY_CADENCE_MS
    } catch (error) {
      // A VM that begins an operation or moves away meanwhile is no trouble: its last rate grows older, in plain sight.
      if (!isAbort(error) && !this.#abort.signal.aborted) {
        this.#log.info('no dirty rate', {
          vm: vm.name,
          why: errorText(error),
        })
      }
    } finally {
      this.#reading.delete(vm.id)
      this.#dueMs.set(vm.id, this.#clock.now() + cadenceMs)
    }
  }
}
