import { Failure } from '../../shared/failure.ts'
import type { Advice } from '../../shared/model/advice.ts'
import { NO_CAPABILITIES, policyThere } from '../../shared/model/capabilities.ts'
import { UNAVAILABLE } from '../../shared/model/measure.ts'
import { DEFAULT_POLICY } from '../../shared/model/migration.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { pagesOf } from '../../shared/units.ts'
import { advise } from '../core/decision/advise.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import type { DestinationChoice } from '../core/placement/choose-destination.ts'
import type { Clock } from '../ports/clock.ts'
import type { Advisor } from './advisor.ts'
import type { Connections, LivePool } from './connections.ts'
import type { ControlLoop } from './control-loop.ts'
import type { Migrator } from './migrator.ts'
import type { Tick } from './sampler.ts'
import type { WorkingSets } from './working-sets.ts'

interface Deps {
  readonly connections: Connections
  readonly advisor: Advisor
  readonly migrator: Migrator
  readonly loop: ControlLoop
  readonly workingSets: WorkingSets
  readonly clock: Clock
  readonly thresholds: Thresholds
}

/** Advice is worked out anew this often while somebody looks, and the server asked for possible hosts this often, ms. */
const CADENCE_MS = 2_000
const ASK_EVERY_MS = 10_000

/** The last answer of the pool, asked for again when it is old. */
interface Asked {
  readonly atMs: number
  readonly choice: DestinationChoice | null
}

/** Tells what Longshore would do with one VM for as long as somebody watches it; nothing is done by that. */
export class AdviceWatch {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** The present advice, then each that differs, until `signal` aborts; null while nothing was read from its pool. */
  async *watch(vmId: string, signal: AbortSignal): AsyncGenerator<Advice | null> {
    let asked: Asked = { atMs: Number.NEGATIVE_INFINITY, choice: null }
    let told: string | undefined
    while (!signal.aborted) {
      const pool = this.#deps.connections.poolOfVm(vmId)
      const vm = pool.inventory.vms.find(candidate => candidate.id === vmId)
      const tick = this.#deps.loop.latestOf(pool.connectionId)
      if (vm && tick && this.#deps.clock.now() - asked.atMs >= ASK_EVERY_MS)
        asked = { atMs: this.#deps.clock.now(), choice: await this.#ask(pool, vm, tick) }
      const advice = vm && tick ? this.#advise({ pool, vm, tick }, asked.choice) : null
      const text = JSON.stringify({ ...advice, atMs: 0 })
      if (text !== told) yield advice
      told = text
      await this.#deps.clock.wait(CADENCE_MS, signal).catch(() => {})
    }
  }

  /** Null where the pool does not answer: advice then names no host. */
  async #ask(pool: LivePool, vm: Vm, tick: Tick): Promise<DestinationChoice | null> {
    if (vm.hostId === null || vm.immovableBecause !== null) return null
    return this.#deps.advisor.destinationFor(pool, vm, tick).catch(error => {
      if (error instanceof Failure || (error instanceof Error && error.name === 'TimeoutError')) return null
      throw error
    })
  }

  #advise(
    { pool, vm, tick }: { readonly pool: LivePool; readonly vm: Vm; readonly tick: Tick },
    choice: DestinationChoice | null,
  ): Advice {
    const { advisor, loop, migrator, thresholds } = this.#deps
    const { hosts } = pool.inventory
    const sample = tick.vms.find(candidate => candidate.vmId === vm.id)
    const capabilities = hosts.find(host => host.id === vm.hostId)?.capabilities ?? NO_CAPABILITIES
    const chosen = hosts.find(host => host.id === choice?.hostId)
    const isMoving = migrator.running.some(migration => migration.vmId === vm.id)
    const standing = sample && advisor.hindrancesOf({ pool, vm, sample, tick })
    const notNow = isMoving ? 'It is being migrated now.' : vm.hostId === null ? 'It is not running.' : null
    return advise({
      vmId: vm.id,
      atMs: tick.atMs,
      memoryPages: pagesOf(vm.memoryBytes),
      dirty: sample?.dirtyPagesPerSecond ?? UNAVAILABLE,
      forecast: loop.forecastOf(vm.id) ?? undefined,
      thetaPagesPerSecond: advisor.thetaOf(pool),
      linkBytesPerSecond: pool.inventory.pool.linkBytesPerSecond,
      capabilities,
      policy: policyThere(DEFAULT_POLICY, capabilities),
      thresholds,
      workingSet: this.#deps.workingSets.latestOf(vm.id),
      choice,
      destination: chosen ? { hostId: chosen.id, name: chosen.name } : null,
      obstacle: notNow ?? standing?.obstacle ?? null,
      restraint: standing?.restraint ?? null,
    })
  }
}
