import { Failure, isAbort } from '../../shared/failure.ts'
import { summarizeHeat } from '../core/heat/heat-summary.ts'
import type { Clock } from '../ports/clock.ts'
import type { HeatClusterer } from '../ports/heat-clusterer.ts'
import type { Log } from '../ports/log.ts'
import type { LivePool } from './connections.ts'
import type { MigrationSteps } from './migration-steps.ts'
import type { PoolTimes } from './pool-times.ts'

interface Around {
  readonly deps: { readonly clock: Clock; readonly log: Log; readonly clusterer: HeatClusterer }
  readonly times: PoolTimes
  readonly signal: AbortSignal
}

type Steps = Pick<MigrationSteps, 'migration' | 'source' | 'noteHeat' | 'apply'>

/** Regions asked for while a VM migrates: enough for a share of hot pages, small on the wire. */
const REGIONS = 4096
/** From one reading to the next; as long as it took, where that was longer. A guess. */
const LEAST_REST_MS = 2000

/** Page heat of a VM that migrates, read again and again while that can still change a decision. */
export class MigrationHeat {
  readonly #steps: Steps
  readonly #around: Around
  #dueAtMs = 0

  constructor(steps: Steps, around: Around) {
    this.#steps = steps
    this.#around = around
  }

  /** Called with each sign of life of a guest that runs at its source. */
  async readIfDue(pool: Pick<LivePool, 'hypervisor'>): Promise<void> {
    const { clock, log } = this.#around.deps
    const { id } = this.#steps.migration
    const beganAtMs = clock.now()
    if (!this.#steps.source?.capabilities.pageHeat || beganAtMs < this.#dueAtMs) return
    this.#dueAtMs = Number.POSITIVE_INFINITY
    try {
      await this.#read(pool)
    } catch (error) {
      // A migration goes on without: its policy then knows less.
      if (!isAbort(error)) log.info('no page heat', { id, why: String(error) })
      // Nor is it there the next time.
      if (error instanceof Failure && error.code === 'unsupported') return
    }
    const tookMs = clock.now() - beganAtMs
    this.#dueAtMs = clock.now() + Math.max(LEAST_REST_MS, tookMs)
  }

  async #read(pool: Pick<LivePool, 'hypervisor'>): Promise<void> {
    const { deps, times, signal } = this.#around
    const { id, vmId } = this.#steps.migration
    const readAtMs = times.now(id)
    const reading = await pool.hypervisor.readPageHeat(vmId, REGIONS, signal)
    const pageHeat = await deps.clusterer.cluster(vmId, reading)
    const { classes, regionPages, totalPages } = pageHeat
    this.#steps.noteHeat(pageHeat, readAtMs)
    const heat = summarizeHeat({ classes, regionPages, totalPages })
    await this.#steps.apply({ kind: 'heat', heat, order: { regionPages, classes } })
  }
}
