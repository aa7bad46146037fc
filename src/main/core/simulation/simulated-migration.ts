import type { MigrationCommand, PageOrder } from '../../../shared/model/migration-command.ts'
import type { HostCosts } from '../../../shared/model/simulation-case.ts'
import { PageSet } from '../numeric/page-set.ts'
import type { Random } from '../numeric/random.ts'
import type { BootImages } from './boot-images.ts'
import { checkArrival } from './check-arrival.ts'
import { DemandPaging, type FaultService } from './demand-paging.ts'
import type { NetworkPath } from './network-path.ts'
import { Pace } from './pace.ts'
import type { MigrationFact } from './page-migration.ts'
import { PageTransfer, type SendOrder, type TransferRules } from './page-transfer.ts'
import { liveRegions, pushRegions } from './page-walk.ts'
import { Passes } from './passes.ts'
import type { WriteSchedule } from './write-schedule.ts'

export interface SimulatedMigrationPlan {
  readonly memory: WriteSchedule
  /** Writes per second by class, ms since the start of the migration. */
  readonly writesAt: (elapsedMs: number) => readonly number[]
  readonly vcpuCount: number
  readonly path: NetworkPath
  readonly host: HostCosts
  readonly transfer: TransferRules
  /** When a pass in an order given reads the dirty log: before each region, or once for all of memory. */
  readonly logRead: 'region' | 'round'
  readonly service: FaultService
  /** What goes ahead of the memory; null: nothing. */
  readonly images: BootImages | null
  /** Whether progress reports count what the dirty log holds, as Xen's PEEK does, or only what was met while sending. */
  readonly peeks: boolean
  readonly startedAtMs: number
  readonly random: Random
}

type Phase =
  | 'profile'
  | 'live'
  | 'between'
  | 'pausing'
  | 'copying'
  | 'resuming'
  | 'post-copy'
  | 'completed'
  | 'cancelled'
type Timeless<E> = E extends unknown ? Omit<E, 'atMs'> : never

/** Guest and link take turns in steps between these lengths; halving them changes no figure by 1 %. */
const SHORTEST_SLICE_MS = 0.5
const LONGEST_SLICE_MS = 10
/** Slices that the first pass is cut into. */
const SLICES_PER_PASS = 1000
/** Progress reports of a pass over all of memory. */
const REPORTS_PER_PASS = 64

/**
 * One live migration, page by page, in simulated time. Round 1 sends every page, each later one what was dirtied since
 * the round before began. It stops after every report, so that whoever decides can give a command at that very moment.
 */
export class SimulatedMigration {
  readonly #plan: SimulatedMigrationPlan
  readonly #transfer: PageTransfer
  readonly #passes: Passes
  readonly #pace: Pace
  readonly #sliceMs: number
  readonly #reportMs: number
  #phase: Phase = 'live'
  #ending: 'switch' | 'stop-and-copy' = 'stop-and-copy'
  #elapsedMs = 0
  #sinceReportMs = 0
  #pausedAtMs = 0
  #speed = 1
  #slowedMs = 0
  #pushedBefore = 0
  #order: PageOrder | null = null
  #paging: DemandPaging | null = null
  #facts: MigrationFact[] = []

  constructor(plan: SimulatedMigrationPlan) {
    const { pages } = plan.memory.layout
    this.#plan = plan
    this.#transfer = new PageTransfer(plan.memory, plan.transfer)
    this.#passes = new Passes(pages, this.#transfer)
    this.#pace = new Pace(plan.path)
    if (plan.images !== null) this.#phase = 'profile'
    const bytesPerMs = Math.max(plan.path.bytesPerMsAt(0), 1e-6)
    const passMs = (pages * (plan.transfer.costs.first[0] ?? 0)) / bytesPerMs
    this.#sliceMs = Math.min(LONGEST_SLICE_MS, Math.max(SHORTEST_SLICE_MS, passMs / SLICES_PER_PASS))
    this.#reportMs = passMs / REPORTS_PER_PASS
    this.#emit({ kind: 'started', memoryPages: pages, linkBytesPerSecond: bytesPerMs * 1000 })
  }

  /** Whether it is over and everything has been told. */
  get ended(): boolean {
    return this.#isOver && this.#facts.length === 0
  }

  get #isOver(): boolean {
    return this.#phase === 'completed' || this.#phase === 'cancelled'
  }

  get elapsedMs(): number {
    return this.#elapsedMs
  }

  get transfer(): Pick<PageTransfer, 'bytesSent' | 'pagesSent' | 'pagesSkipped'> {
    return this.#transfer
  }

  /** The post-copy part, once the guest runs at the destination with pages missing. */
  get paging(): Pick<DemandPaging, 'faults' | 'prepaged' | 'lostMs' | 'heartbeat'> | null {
    return this.#paging
  }

  /** Guest time lost to throttling so far, ms. */
  get slowedMs(): number {
    return this.#slowedMs
  }

  /** Bytes of other traffic that had to wait for priority bandwidth. */
  get displacedBytes(): number {
    return this.#pace.displacedBytes
  }

  /** Gives a command; false when it comes too late. */
  control(command: MigrationCommand): boolean {
    const { isLive } = this
    switch (command.kind) {
      case 'page-order':
        this.#order = command
        if (isLive) this.#transfer.rewind(this.#sendOrder(liveRegions))
        return isLive
      case 'throttle':
        this.#speed = command.speed
        return isLive
      case 'priority':
        this.#pace.prioritise(command.share)
        return !this.#isOver
      case 'bandwidth':
        this.#pace.limit(command.bytesPerSecond)
        return !this.#isOver
      case 'continue':
        return isLive
      case 'cancel':
        if (isLive) this.#cancel()
        return isLive
      default:
        if (isLive) this.#pause(command.kind)
        return isLive
    }
  }

  /** Whether the guest runs at its source and commands are heard. */
  get isLive(): boolean {
    return this.#phase === 'profile' || this.#phase === 'live' || this.#phase === 'between'
  }

  /** Goes on to the next report; returns what happened, oldest first. Empty once it has ended. */
  next(): readonly MigrationFact[] {
    while (this.#facts.length === 0 && !this.#isOver) this.#step()
    const facts = this.#facts
    this.#facts = []
    return facts
  }

  #step(): void {
    const { host, path } = this.#plan
    switch (this.#phase) {
      case 'profile':
        this.#fetchProfile()
        break
      case 'live':
        this.#stepLive()
        break
      case 'between':
        this.#runGuest(host.roundMs + path.plan.latencyMs)
        this.#pass(host.roundMs + path.plan.latencyMs)
        this.#passes.next(this.#elapsedMs)
        this.#phase = 'live'
        break
      case 'pausing':
        this.#pass(host.pauseMs)
        if (this.#ending === 'stop-and-copy') this.#passes.next(this.#elapsedMs)
        this.#phase = this.#ending === 'switch' ? 'resuming' : 'copying'
        break
      case 'copying':
        this.#stepCopy()
        break
      case 'resuming':
        this.#pass(host.resumeMs + path.roundTripMs())
        this.#resume()
        break
      case 'post-copy':
        this.#stepPostCopy()
        break
    }
  }

  /** The regions of the order given, arranged; undefined while none was given. */
  #sendOrder(arrange: (order: PageOrder) => readonly number[]): SendOrder | undefined {
    const order = this.#order
    if (order === null) return undefined
    const regions = Int32Array.from(arrange(order))
    return { regionPages: order.regionPages, regions, clearsLog: this.#plan.logRead === 'region' }
  }

  #runGuest(ms: number): void {
    const { memory, writesAt } = this.#plan
    memory.elapse(ms * this.#speed, writesAt(this.#elapsedMs + ms / 2))
    this.#slowedMs += ms * (1 - this.#speed)
  }

  /** The destination reads the profile from the NAS while the guest runs on; then round 1 sends the checkpoint. */
  #fetchProfile(): void {
    const { images, memory } = this.#plan
    this.#phase = 'live'
    if (images === null) return
    const ms = images.profileBytes / images.nasBytesPerMs
    this.#runGuest(ms)
    this.#pass(ms)
    // The dirty log starts when the checkpoint does: nothing that was written before has been sent.
    memory.harvest(new PageSet(memory.layout.pages))
    this.#transfer.bring(images.fromProfile, images.profileBytes)
    this.#passes.leaveOut(images.fromProfile, images.sinceCheckpoint, this.#elapsedMs)
  }

  #stepLive(): void {
    const { sending, dirty } = this.#passes
    const ms = this.#sliceMs
    this.#runGuest(ms)
    const bytes = this.#pace.bytesIn(this.#elapsedMs, ms)
    const unused = this.#transfer.send(sending, dirty, bytes)
    this.#pass(bytes > 0 ? ms * (1 - unused / bytes) : ms)
    if (sending.size === 0) {
      this.#plan.memory.harvest(dirty)
      this.#reportRound(true)
      this.#phase = 'between'
    } else if (this.#sinceReportMs >= this.#reportMs) {
      this.#sinceReportMs = 0
      const progress = this.#passes.progress()
      const unseen = this.#plan.peeks ? this.#plan.memory.peek(sending) : 0
      this.#emit({ kind: 'round-progress', ...progress, dirtiedPages: progress.dirtiedPages + unseen })
    }
  }

  #reportRound(live: boolean): void {
    this.#sinceReportMs = 0
    this.#emit({ kind: 'round-ended', live, ...this.#passes.result(this.#elapsedMs) })
  }

  #cancel(): void {
    this.#phase = 'cancelled'
    this.#emit({ kind: 'cancelled' })
  }

  /** Stops the guest: from here on what is dirty or unsent is all that is missing. */
  #pause(ending: 'switch' | 'stop-and-copy'): void {
    const { memory, host, random } = this.#plan
    const { dirty, sending } = this.#passes
    memory.harvest(dirty)
    if (this.#phase === 'live') this.#reportRound(true)
    dirty.addAll(sending)
    sending.clear()
    const { pages } = memory.layout
    for (let i = 0; i < Math.min(host.suspendDirtyPages, pages); i++) {
      const page = random.below(pages)
      memory.write(page)
      dirty.add(page)
    }
    this.#ending = ending
    this.#pausedAtMs = this.#elapsedMs
    this.#emit({ kind: 'paused', remainingPages: dirty.size })
    this.#phase = 'pausing'
  }

  #stepCopy(): void {
    const { sending } = this.#passes
    const ms = this.#sliceMs
    const bytes = this.#pace.bytesIn(this.#elapsedMs, ms)
    const unused = this.#transfer.send(sending, null, bytes)
    this.#pass(bytes > 0 ? ms * (1 - unused / bytes) : ms)
    if (sending.size > 0) return
    this.#reportRound(false)
    this.#phase = 'resuming'
  }

  #resume(): void {
    const { memory, path, vcpuCount, service, random } = this.#plan
    const missing = this.#ending === 'switch' ? this.#passes.dirty : this.#passes.sending
    const pauseMs = this.#elapsedMs - this.#pausedAtMs
    this.#emit({ kind: 'resumed', pauseMs, remainingPages: missing.size })
    if (missing.size === 0) {
      this.#complete()
      return
    }
    const transfer = this.#transfer
    transfer.rewind(this.#sendOrder(pushRegions))
    this.#pushedBefore = transfer.pagesSent
    const startMs = this.#elapsedMs
    this.#paging = new DemandPaging({ memory, transfer, path, missing, vcpuCount, service, random, startMs })
    this.#phase = 'post-copy'
  }

  #stepPostCopy(): void {
    const missing = this.#passes.dirty
    const ms = this.#sliceMs
    const bytes = this.#pace.bytesIn(this.#elapsedMs, ms)
    const writesPerSecond = this.#plan.writesAt(this.#elapsedMs + ms / 2)
    this.#paging?.run({ endMs: this.#elapsedMs + ms, writesPerSecond })
    const unused = this.#transfer.send(missing, null, bytes)
    this.#pass(bytes > 0 && missing.size === 0 ? ms * (1 - unused / bytes) : ms)
    if (missing.size === 0) this.#complete()
    else if (this.#sinceReportMs >= this.#reportMs) this.#reportPostCopy()
  }

  #reportPostCopy(): void {
    const paging = this.#paging
    if (paging === null) return
    this.#sinceReportMs = 0
    this.#emit({
      kind: 'post-copy-progress',
      pushedPages: this.#transfer.pagesSent - this.#pushedBefore - paging.faults,
      demandFaults: paging.faults,
      remainingPages: this.#passes.dirty.size,
      stallMs: paging.heartbeat.stallMs,
    })
  }

  #complete(): void {
    checkArrival(this.#plan.memory, this.#transfer)
    this.#reportPostCopy()
    this.#phase = 'completed'
    this.#emit({
      kind: 'completed',
      totalMs: this.#elapsedMs,
      bytesSent: this.#transfer.bytesSent,
      stallMs: this.#paging?.heartbeat.stallMs ?? 0,
    })
  }

  #pass(ms: number): void {
    this.#elapsedMs += ms
    this.#sinceReportMs += ms
  }

  #emit(fact: Timeless<MigrationFact>): void {
    this.#facts.push({ ...fact, atMs: this.#plan.startedAtMs + this.#elapsedMs } as MigrationFact)
  }
}
