import { pagesOf } from '../../../shared/units.ts'
import { Random } from '../../core/numeric/random.ts'
import type { Workload } from '../../core/simulation/activity.ts'
import { GuestMemory } from '../../core/simulation/guest-memory.ts'
import { type GuestLayout, layOutGuest } from '../../core/simulation/write-process.ts'
import type { LabConfig, LabVmConfig } from './lab-config.ts'
import { classesOf, workloadOf } from './vm-workload.ts'

/** How long a guest's memory is simulated before its heat is first read, so that the figures have settled. */
const WARM_UP_MS = 4000
/** A guest's memory catches up with at most this much; heat from before has faded by then. */
const LONGEST_CATCH_UP_MS = 5000

/** One VM of the lab: its workload, where it has run, and its memory while that is simulated. */
export class VirtualVm {
  readonly uuid: string
  readonly ref: string
  readonly metricsRef: string
  readonly config: LabVmConfig
  readonly seed: number
  /** Uuids of the hosts it has run on, with the time since when; the last is the present one. */
  readonly residences: { readonly sinceMs: number; readonly hostUuid: string }[]
  /** Set while it migrates: then the migration alone lets its guest run. */
  migrating = false
  readonly #lab: LabConfig
  readonly #startedAtMs: number
  #layout: GuestLayout | null = null
  #workload: Workload | null = null
  #memory: GuestMemory | null = null
  #memoryAtMs = 0

  constructor(plan: {
    readonly config: LabVmConfig
    readonly lab: LabConfig
    readonly uuids: readonly [string, string]
    readonly hostUuid: string
    readonly seed: number
    readonly startedAtMs: number
  }) {
    this.config = plan.config
    this.seed = plan.seed
    this.uuid = plan.uuids[0]
    this.ref = `OpaqueRef:${plan.uuids[0]}`
    this.metricsRef = `OpaqueRef:${plan.uuids[1]}`
    this.residences = [{ sinceMs: Number.NEGATIVE_INFINITY, hostUuid: plan.hostUuid }]
    this.#lab = plan.lab
    this.#startedAtMs = plan.startedAtMs
  }

  /** Where its writes go; laid out when first asked for, as a large pool has many VMs that nobody looks at. */
  get layout(): GuestLayout {
    this.#layout ??= layOutGuest(
      {
        pages: pagesOf(this.config.memoryBytes),
        classes: classesOf(this.config.workload),
        zeroShare: this.#lab.zeroShare,
      },
      new Random(this.seed),
    )
    return this.#layout
  }

  get workload(): Workload {
    this.#workload ??= workloadOf(this.config, this.#lab, {
      seed: this.seed,
      startedAtMs: this.#startedAtMs,
      layout: () => this.layout,
    })
    return this.#workload
  }

  get hostUuid(): string {
    return this.residences.at(-1)?.hostUuid ?? ''
  }

  /** The host it ran on at a time. */
  hostUuidAt(ms: number): string {
    return this.residences.findLast(({ sinceMs }) => sinceMs <= ms)?.hostUuid ?? this.hostUuid
  }

  /** Its memory as it is `elapsedMs` after the lab's start. */
  memoryAt(elapsedMs: number): GuestMemory {
    const kept = this.#memory
    const writes = this.workload(elapsedMs).writesPerSecond
    if (kept !== null) {
      if (!this.migrating) kept.run(Math.min(elapsedMs - this.#memoryAtMs, LONGEST_CATCH_UP_MS), writes, null)
      this.#memoryAtMs = elapsedMs
      return kept
    }
    const memory = new GuestMemory(this.layout, new Random(this.seed + 1))
    for (let ms = 0; ms < WARM_UP_MS; ms += 250) memory.run(250, writes, null)
    this.#memory = memory
    this.#memoryAtMs = elapsedMs
    return memory
  }

  /** Frees the memory of a VM that nobody has looked at for `unusedMs`; later it begins anew. */
  dropUnusedMemory(elapsedMs: number, unusedMs: number): void {
    if (!this.migrating && elapsedMs - this.#memoryAtMs >= unusedMs) this.#memory = null
  }
}
