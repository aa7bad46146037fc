import { Failure } from '../../shared/failure.ts'
import { numberOf } from '../../shared/model/measure.ts'
import type { HostSample, VmSample } from '../../shared/model/sample.ts'
import type { Vm } from '../../shared/model/vm.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import { forecastPeak } from '../core/forecast/forecast-peak.ts'
import { type RiseState, stepRise } from '../core/sampling/rise.ts'
import type { Clock } from '../ports/clock.ts'
import type { DirtyRateReading } from '../ports/hypervisor.ts'
import type { Log } from '../ports/log.ts'
import type { LivePool } from './connections.ts'
import { type DirtyEstimate, DirtyEstimator, dirtyRateOf, estimateFeaturesOf } from './dirty-estimator.ts'
import { DirtyRateReader, type Outlook } from './dirty-rate-reader.ts'
import { DirtyRates } from './dirty-rates.ts'
import type { Figures, VmFigures } from './host-load.ts'
import { vmsById } from './inventory-index.ts'
import type { PastDirtying } from './past-dirtying.ts'

/** The samples of one pool for one second. */
export interface Tick {
  readonly atMs: number
  readonly vms: readonly VmSample[]
  readonly hosts: readonly HostSample[]
}

const METRICS_TIMEOUT_MS = 4000

interface Deps {
  readonly clock: Clock
  readonly log: Log
  readonly thresholds: Thresholds
  readonly livePool: (connectionId: string) => LivePool | undefined
  /** The VMs that we are moving, from the order on. */
  readonly movingVmIds: () => ReadonlySet<string>
  /** Windows of a VM read one after the other: one, or several lengths that tell its dirty curve. */
  readonly onWindows?: (vm: Vm, windows: readonly DirtyRateReading[]) => void
}

/** What a VM's latest figures are, and what they let expect: one for each VM, written anew every second. */
interface Latest {
  vm: Vm
  sample: VmSample
  estimate: DirtyEstimate | undefined
  rise: RiseState | undefined
}

/** How a VM looks that the pool told nothing of. */
const UNSEEN: Outlook = { rising: false, pagesPerSecond: 0 }

/**
 * Reads every VM once a second. A dirty rate is measured now and then where a host can (docs/sampling.md), carried on with
 * its age between readings, and estimated from the other figures where there is none.
 */
export class Sampler {
  readonly #rates: DirtyRates
  readonly #estimator = new DirtyEstimator()
  readonly #reader: DirtyRateReader
  readonly #latest = new Map<string, Latest>()
  readonly #thresholds: Thresholds
  readonly #abort = new AbortController()

  constructor(deps: Deps) {
    this.#thresholds = deps.thresholds
    this.#rates = new DirtyRates(deps.thresholds.dirtyHold.value * 1000)
    this.#reader = new DirtyRateReader({
      ...deps,
      onReading: (_, vm, reading) => {
        this.#take(vm, reading)
        deps.onWindows?.(vm, [reading])
      },
      onCurve: (vm, windows) => deps.onWindows?.(vm, windows),
    })
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
    const vms = vmsById(pool.inventory)
    return {
      atMs: reading.atMs,
      hosts: reading.hosts,
      vms: reading.vms.map(sample => this.#withDirtyRate(vms.get(sample.vmId), sample)),
    }
  }

  /** Begins the dirty-rate readings that are due, by what this second and its forecasts say of each VM. */
  plan(
    pool: LivePool,
    atMs: number,
    { figures, theta }: { readonly figures: Pick<Figures, 'vms'>; readonly theta: number },
  ): void {
    this.#reader.plan(pool, atMs, vm => this.#outlook(figures.vms.get(vm.id), { atMs, theta }))
  }

  /** Takes in what migrations of earlier runs showed of their VMs. */
  remember(past: readonly PastDirtying[]): void {
    this.#estimator.remember(past)
  }

  /** What a running migration says of its VM's dirty rate: its rounds are longer than a window, so it is an estimate. */
  noteMigration(vmId: string, pagesPerSecond: number, atMs: number): void {
    this.#rates.put(vmId, { pagesPerSecond, atMs, origin: 'estimated' })
    const latest = this.#latest.get(vmId)
    if (latest) this.#estimator.learn(vmId, estimateFeaturesOf(latest.vm, latest.sample), pagesPerSecond)
  }

  /** Somebody looks at a VM's dirty curve: it is read soon, if it has not just been. */
  wantCurve(vmId: string): void {
    this.#reader.wantCurve(vmId)
  }

  /** Resolves when no dirty-rate window of this VM is open: to be awaited before anything is done to it. */
  settled(vmId: string): Promise<void> {
    return this.#reader.settled(vmId)
  }

  /** A VM is gone. */
  forget(vmId: string): void {
    this.#latest.delete(vmId)
    this.#rates.forget(vmId)
    this.#estimator.forget(vmId)
    this.#reader.forget(vmId)
  }

  close(): void {
    this.#abort.abort()
    this.#reader.close()
  }

  #withDirtyRate(vm: Vm | undefined, sample: VmSample): VmSample {
    const estimate = vm && this.#estimator.estimate(vm, sample)
    if (vm) this.#note(vm, sample, estimate)
    const told = sample.dirtyPagesPerSecond
    const known = told.origin === 'unavailable' ? this.#rates.at(sample.vmId, sample.atMs) : told
    return { ...sample, dirtyPagesPerSecond: dirtyRateOf(known, estimate) }
  }

  #note(vm: Vm, sample: VmSample, estimate: DirtyEstimate | undefined): void {
    const latest = this.#latest.get(vm.id)
    if (!latest) {
      this.#latest.set(vm.id, { vm, sample, estimate, rise: undefined })
      return
    }
    latest.vm = vm
    latest.sample = sample
    latest.estimate = estimate
  }

  #outlook(
    figures: VmFigures | undefined,
    { atMs, theta }: { readonly atMs: number; readonly theta: number },
  ): Outlook {
    if (!figures) return UNSEEN
    const latest = this.#latest.get(figures.vm.id)
    const dirty = numberOf(figures.sample.dirtyPagesPerSecond)
    const reading = {
      atMs,
      dirty,
      forecast: forecastPeak(figures.forecast),
      estimate: latest?.estimate && numberOf(latest.estimate.measure),
      features: latest?.estimate?.parts,
      theta,
    }
    const rise = stepRise(latest?.rise, reading, this.#thresholds)
    if (latest) latest.rise = rise
    return { rising: rise.rising, pagesPerSecond: dirty ?? 0 }
  }

  #take(vm: Vm, { pages, windowMs, atMs }: DirtyRateReading): void {
    const pagesPerSecond = (pages * 1000) / windowMs
    this.#rates.put(vm.id, { pagesPerSecond, atMs, origin: 'measured' })
    const latest = this.#latest.get(vm.id)
    if (latest) this.#estimator.compare(vm, estimateFeaturesOf(vm, latest.sample), pagesPerSecond)
  }
}
