import { pagesOf } from '../../../shared/units.ts'
import { Random } from '../../core/numeric/random.ts'
import type { Workload } from '../../core/simulation/activity.ts'
import { layOutPages, type PageClass, type PageLayout } from '../../core/simulation/page-layout.ts'
import { WriteHeat } from '../../core/simulation/write-heat.ts'
import { classesOfShares } from '../../core/simulation/write-process.ts'
import { WriteSchedule } from '../../core/simulation/write-schedule.ts'
import type { LabConfig, LabVmConfig } from './lab-config.ts'
import { sharesOf, workloadOf } from './vm-workload.ts'

/** How long a guest's writes are counted before its heat is first read, so that the figures have settled. */
const WARM_UP_SECONDS = 5
/** Heat catches up with at most this much; what was before has faded by then. */
const LONGEST_CATCH_UP_SECONDS = 5

/** One VM of the lab: its workload, where it has run, and what its memory is like while somebody looks at it. */
export class VirtualVm {
  readonly uuid: string
  readonly ref: string
  readonly metricsRef: string
  readonly config: LabVmConfig
  readonly seed: number
  /** Uuids of the hosts it has run on, with the time since when; the last is the present one. */
  readonly residences: { readonly sinceMs: number; readonly hostUuid: string }[]
  /** Its memory by classes of pages that are written alike, in the order of its workload's rates. */
  readonly classes: readonly PageClass[]
  migrating = false
  readonly #lab: LabConfig
  readonly #startedAtMs: number
  #layout: PageLayout | null = null
  #workload: Workload | null = null
  #heat: WriteHeat | null = null
  #heatAtSecond = 0

  constructor(plan: {
    readonly config: LabVmConfig
    readonly lab: LabConfig
    readonly uuids: readonly [string, string]
    readonly hostUuid: string
    readonly seed: number
    readonly startedAtMs: number
  }) {
    this.config = plan.config
    this.classes = classesOfShares(sharesOf(plan.config.workload), pagesOf(plan.config.memoryBytes))
    this.seed = plan.seed
    this.uuid = plan.uuids[0]
    this.ref = `OpaqueRef:${plan.uuids[0]}`
    this.metricsRef = `OpaqueRef:${plan.uuids[1]}`
    this.residences = [{ sinceMs: Number.NEGATIVE_INFINITY, hostUuid: plan.hostUuid }]
    this.#lab = plan.lab
    this.#startedAtMs = plan.startedAtMs
  }

  /** Where its classes lie; laid out when first asked for, as a large pool has many VMs that nobody looks at. */
  get #memoryLayout(): PageLayout {
    const pages = pagesOf(this.config.memoryBytes)
    const zeroPages = Math.floor(this.#lab.zeroShare * pages)
    this.#layout ??= layOutPages({ pages, classes: this.classes, zeroPages }, new Random(this.seed))
    return this.#layout
  }

  get workload(): Workload {
    this.#workload ??= workloadOf(this.config, this.#lab, {
      seed: this.seed,
      startedAtMs: this.#startedAtMs,
      classes: this.classes,
    })
    return this.#workload
  }

  get hostUuid(): string {
    return this.residences.at(-1)?.hostUuid ?? ''
  }

  /** The host it runs on, or ran on before it was halted: what is local to it is there. */
  get lastHostUuid(): string {
    return this.residences.findLast(({ hostUuid }) => hostUuid !== '')?.hostUuid ?? ''
  }

  /** The host it ran on at a time. */
  hostUuidAt(ms: number): string {
    return this.residences.findLast(({ sinceMs }) => sinceMs <= ms)?.hostUuid ?? this.hostUuid
  }

  /** Its memory page by page as it is `elapsedMs` after the lab's start, to be migrated. */
  memoryAt(elapsedMs: number): WriteSchedule {
    return new WriteSchedule(this.#memoryLayout, new Random(this.seed + 1), this.#placesAt(elapsedMs))
  }

  /** Its writes by region as they are `elapsedMs` after the lab's start. */
  heatAt(elapsedMs: number): WriteHeat {
    const now = Math.floor(elapsedMs / 1000)
    const from = this.#heat === null ? now - WARM_UP_SECONDS : this.#heatAtSecond
    const heat = this.#heat ?? new WriteHeat(this.#memoryLayout, new Random(this.seed + 2))
    for (let second = Math.max(from, now - LONGEST_CATCH_UP_SECONDS); second < now; second++) {
      const { writesPerSecond } = this.workload(1000 * second + 500)
      heat.passSecond({ writesPerSecond, places: this.#placesAt(1000 * second) })
    }
    this.#heat = heat
    this.#heatAtSecond = now
    return heat
  }

  /** Where walks through its classes stand, in passes made: what is written in order is written at a steady rate. */
  #placesAt(elapsedMs: number): readonly number[] {
    const { writesPerSecond } = this.workload(elapsedMs)
    return this.classes.map(({ pages }, index) => {
      const walked = ((writesPerSecond[index] ?? 0) * Math.max(0, elapsedMs)) / 1000
      return pages === 0 ? 0 : walked / pages
    })
  }

  /** Forgets the heat of a VM that nobody has looked at for `unusedMs`; later it begins anew. */
  dropUnusedHeat(elapsedMs: number, unusedMs: number): void {
    if (elapsedMs - 1000 * this.#heatAtSecond < unusedMs) return
    this.#heat = null
    this.#layout = null
  }
}
