import { pagesOf } from '../../../shared/units.ts'
import { Random } from '../../core/numeric/random.ts'
import type { Workload } from '../../core/simulation/activity.ts'
import { GuestMemory } from '../../core/simulation/guest-memory.ts'
import { stormClasses, stormWorkload } from '../../core/simulation/storm-workload.ts'
import { traceClasses, traceWorkload } from '../../core/simulation/trace-workload.ts'
import { type GuestLayout, layOutGuest, pagesOfClass } from '../../core/simulation/write-process.ts'
import type { LabConfig, LabVmConfig } from './lab-config.ts'
import { readTrace } from './read-trace.ts'

/** How long a guest's memory is simulated before its heat is first read, so that the figures have settled. */
const WARM_UP_MS = 4000
/** Guest memory that nobody has asked for this long is dropped, and later begun anew. */
const KEEP_MEMORY_MS = 60_000
const LONGEST_CATCH_UP_MS = 5000

/** One VM of the lab: its workload, where it has run, and its memory while that is simulated. */
export class VirtualVm {
  readonly uuid: string
  readonly ref: string
  readonly metricsRef: string
  readonly config: LabVmConfig
  readonly workload: Workload
  readonly layout: GuestLayout
  readonly seed: number
  /** Uuids of the hosts it has run on, with the time since when; the last is the present one. */
  readonly residences: { readonly sinceMs: number; readonly hostUuid: string }[]
  /** Set while it migrates: then the migration alone lets its guest run. */
  migrating = false
  #memory: GuestMemory | null = null
  #memoryAtMs = 0

  constructor(plan: {
    readonly config: LabVmConfig
    readonly lab: LabConfig
    readonly uuids: readonly [string, string]
    readonly hostUuid: string
    readonly seed: number
  }) {
    this.config = plan.config
    this.seed = plan.seed
    this.uuid = plan.uuids[0]
    this.ref = `OpaqueRef:${plan.uuids[0]}`
    this.metricsRef = `OpaqueRef:${plan.uuids[1]}`
    this.residences = [{ sinceMs: Number.NEGATIVE_INFINITY, hostUuid: plan.hostUuid }]
    const { zeroShare } = plan.lab
    const pages = pagesOf(plan.config.memoryBytes)
    this.layout = layOutGuest({ pages, classes: classesOf(plan.config), zeroShare }, new Random(plan.seed))
    this.workload = workloadOf(plan.config, plan.lab, { seed: plan.seed, layout: this.layout })
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
    if (kept !== null && (this.migrating || elapsedMs - this.#memoryAtMs < KEEP_MEMORY_MS)) {
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

  /** Frees the memory of a VM that nobody has looked at for a minute. */
  dropUnusedMemory(elapsedMs: number): void {
    if (!this.migrating && elapsedMs - this.#memoryAtMs >= KEEP_MEMORY_MS) this.#memory = null
  }
}

const classesOf = ({
  workload,
}: LabVmConfig): readonly { readonly name: string; readonly share: number }[] => {
  switch (workload.kind) {
    case 'trace':
      return traceClasses
    case 'storm':
      return stormClasses
    case 'steady':
      return [{ name: 'all', share: workload.writtenShare }]
  }
}

const workloadOf = (
  { workload, vcpuCount }: LabVmConfig,
  lab: LabConfig,
  guest: { readonly seed: number; readonly layout: GuestLayout },
): Workload => {
  switch (workload.kind) {
    case 'trace':
      return traceWorkload({
        rows: readTrace(workload.trace),
        startRow: workload.startRow,
        msPerRow: lab.msPerTraceRow,
        vcpuCount,
        seed: guest.seed,
      })
    case 'storm': {
      const bulk = guest.layout.classes.find(({ name }) => name === 'bulk')
      return stormWorkload({
        ...workload,
        bulkPages: bulk === undefined ? 0 : pagesOfClass(bulk),
        peakPagesPerSecond: workload.peakShareOfLink * (lab.linkBytesPerSecond / 4096),
        seed: guest.seed,
      })
    }
    case 'steady': {
      const activity = {
        cpuRatio: workload.cpuRatio,
        memoryRatio: 0.5,
        diskReadBytesPerSecond: 0,
        diskWriteBytesPerSecond: 0,
        networkReceivedBytesPerSecond: 0,
        networkSentBytesPerSecond: 0,
        writesPerSecond: [workload.writesPerSecond],
      }
      return () => activity
    }
  }
}
