import { setImmediate } from 'node:timers/promises'
import { Failure } from '../../shared/failure.ts'
import type { Forecast } from '../../shared/model/forecast.ts'
import { numberOf, UNAVAILABLE } from '../../shared/model/measure.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'
import type { Advisor } from './advisor.ts'
import type { Connections, LivePool } from './connections.ts'
import { emptyFleet, type FleetState } from './fleet-state.ts'
import type { Forecaster } from './forecaster.ts'
import { type Figures, figuresOfTick, type VmFigures } from './host-load.ts'
import type { HostOutlooks } from './host-outlooks.ts'
import { hostSeries } from './host-series.ts'
import { vmsById } from './inventory-index.ts'
import { LiveValue } from './live-value.ts'
import type { SampleHistory } from './sample-history.ts'
import type { Sampler, Tick } from './sampler.ts'

interface Deps {
  readonly connections: Connections
  readonly sampler: Sampler
  readonly history: SampleHistory
  readonly forecaster: Forecaster
  readonly advisor: Advisor
  readonly hostOutlooks: HostOutlooks
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}

interface PoolTick {
  readonly pool: LivePool
  readonly tick: Tick
  readonly figures: Figures
  readonly risks: FleetState['risks']
  readonly hostLoads: FleetState['hostLoads']
}

/** A tick is a second of pool time; a pool whose clock runs faster than ten times is not asked more often than this. */
const TICK_MS = 1000
const BEAT_MS = 100
/** From so many VMs a part of a tick is long enough, some ms, that windows and migrations must not wait for the whole. */
const LARGE_POOL_VMS = 2000

/** Between two parts of a large pool's tick all else that is due in main has its turn. */
const turnFor = async ({ vms }: Tick): Promise<void> => {
  if (vms.length >= LARGE_POOL_VMS) await setImmediate()
}

/** S1's loop (Algorithm 1 and 2), every second: collect, forecast, decide. A pool that is slow only misses its own ticks. */
export class ControlLoop {
  readonly fleet = new LiveValue<FleetState>(emptyFleet)
  readonly #latest = new Map<string, PoolTick>()
  readonly #busy = new Set<string>()
  /** When each pool's latest tick began, by the clock here. */
  readonly #tickedMs = new Map<string, number>()
  readonly #deps: Deps
  #stop: (() => void) | undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  start(): void {
    this.#stop ??= this.#deps.clock.every(BEAT_MS, () => this.#beat())
  }

  close(): void {
    this.#stop?.()
  }

  /** The last tick of a pool; undefined before its first. */
  latestOf(connectionId: string): Tick | undefined {
    return this.#latest.get(connectionId)?.tick
  }

  forecastOf(vmId: string): Forecast | null {
    return this.#figuresOf(vmId)?.forecast ?? null
  }

  /** The dirty rate of a VM's latest sample, pages/s; null where it has none. */
  dirtyRateOf(vmId: string): number | null {
    return numberOf(this.#figuresOf(vmId)?.sample.dirtyPagesPerSecond ?? UNAVAILABLE) ?? null
  }

  #figuresOf(vmId: string): VmFigures | undefined {
    for (const { figures } of this.#latest.values()) {
      const known = figures.vms.get(vmId)
      if (known) return known
    }
    return undefined
  }

  #beat(): void {
    const { connections, clock, log } = this.#deps
    const live = new Set(connections.pools.map(pool => pool.connectionId))
    for (const id of this.#latest.keys()) if (!live.has(id)) this.#latest.delete(id)
    for (const pool of connections.pools) {
      const { connectionId } = pool
      const everyMs = Math.max(BEAT_MS, TICK_MS / pool.inventory.pool.timeScale)
      const sinceMs = clock.now() - (this.#tickedMs.get(connectionId) ?? Number.NEGATIVE_INFINITY)
      // A beat is never quite on time: half of one early is on time.
      if (this.#busy.has(connectionId) || sinceMs < everyMs - BEAT_MS / 2) continue
      this.#tickedMs.set(connectionId, clock.now())
      this.#busy.add(connectionId)
      this.#tick(pool)
        .catch(error => {
          if (error instanceof Failure) connections.silent(pool.connectionId, error)
          else if (connections.pool(pool.connectionId) === pool) log.error('a tick failed', error)
        })
        .finally(() => this.#busy.delete(connectionId))
    }
    if (connections.inventoryVersion !== this.fleet.value.inventoryVersion) this.#publish()
  }

  async #tick(pool: LivePool): Promise<void> {
    const { connections, sampler, history, forecaster, advisor, hostOutlooks, store } = this.#deps
    const tick = await sampler.sample(pool)
    connections.heard(pool.connectionId)
    this.#forgetGone(pool)
    await turnFor(tick)
    for (const sample of tick.vms) history.push(sample)
    store.appendSamples(tick.vms)
    await turnFor(tick)
    const forecasts = await forecaster.forecast(tick)
    await turnFor(tick)
    const figures = figuresOfTick(pool.inventory, tick, forecasts)
    store.appendSamples(hostSeries(figures))
    await turnFor(tick)
    sampler.plan(pool, tick.atMs, { figures, theta: advisor.thetaOf(pool) })
    await turnFor(tick)
    const risks = advisor.consider(pool, tick, figures)
    await turnFor(tick)
    const hostLoads = hostOutlooks.consider(pool.inventory, tick.atMs, figures)
    this.#latest.set(pool.connectionId, { pool, tick, figures, risks, hostLoads })
    this.#publish()
  }

  /** What is kept of the VMs that a pool had at its last tick and that no pool has any more is let go. */
  #forgetGone(pool: LivePool): void {
    const { connections, sampler, history } = this.#deps
    const before = this.#latest.get(pool.connectionId)?.pool.inventory
    if (before === undefined || before === pool.inventory) return
    const isThere = (vmId: string) => connections.pools.some(({ inventory }) => vmsById(inventory).has(vmId))
    for (const { id } of before.vms) {
      if (isThere(id)) continue
      sampler.forget(id)
      history.forget(id)
    }
  }

  #publish(): void {
    const { connections, advisor } = this.#deps
    const ticks = [...this.#latest.values()]
    const inventoryVersion = connections.inventoryVersion
    if (ticks.length === 0 && inventoryVersion === this.fleet.value.inventoryVersion) return
    this.fleet.set({
      atMs: Math.max(0, ...ticks.map(({ tick }) => tick.atMs)),
      inventoryVersion,
      vmSamples: ticks.flatMap(({ tick }) => tick.vms),
      hostSamples: ticks.flatMap(({ tick }) => tick.hosts),
      forecasts: ticks.flatMap(({ figures }) => forecastsOf(figures)),
      risks: ticks.flatMap(({ risks }) => risks),
      hostLoads: ticks.flatMap(({ hostLoads }) => hostLoads),
      triggerPagesPerSecond: Object.fromEntries(
        connections.pools.map(pool => [pool.inventory.pool.id, advisor.thetaOf(pool)]),
      ),
    })
  }
}

const forecastsOf = ({ vms }: Figures): readonly Forecast[] => {
  const forecasts: Forecast[] = []
  for (const { forecast } of vms.values()) if (forecast) forecasts.push(forecast)
  return forecasts
}
