import type { MigrationCommand, PageOrder } from '../../../shared/model/migration-command.ts'
import { PageSet } from '../numeric/page-set.ts'
import { checkArrival } from './check-arrival.ts'
import { DemandPaging } from './demand-paging.ts'
import { Pace } from './pace.ts'
import type { MigrationFact } from './page-migration.ts'
import { PageTransfer, type SendOrder } from './page-transfer.ts'
import { liveRegions, pushRegions } from './page-walk.ts'
import { Passes } from './passes.ts'
import { ReportBook } from './report-book.ts'
import { type SimulatedMigrationPlan, stepsOf } from './simulated-plan.ts'

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
  | 'failed'

/** Of a round without a page. */
const SHORTEST_ROUND_MS = 1e-3

/**
 * One live migration, page by page, in simulated time. Round 1 sends every page, each later one what was dirtied since
 * the round before began. It stops after every report, so that whoever decides can give a command at that very moment.
 */
export class SimulatedMigration {
  readonly #plan: SimulatedMigrationPlan
  readonly #transfer: PageTransfer
  readonly #passes: Passes
  readonly #pace: Pace
  readonly #book: ReportBook
  readonly #sliceMs: number
  #phase: Phase = 'live'
  #ending: 'switch' | 'stop-and-copy' = 'stop-and-copy'
  #pausedAtMs = 0
  #speed = 1
  #slowedMs = 0
  #pushedBefore = 0
  #order: PageOrder | null = null
  #paging: DemandPaging | null = null

  constructor(plan: SimulatedMigrationPlan) {
    const { pages } = plan.memory.layout
    this.#plan = plan
    this.#transfer = new PageTransfer(plan.memory, plan.transfer)
    this.#passes = new Passes(pages, this.#transfer)
    this.#pace = new Pace(plan.path)
    if (plan.images !== null) this.#phase = 'profile'
    const bytesPerMs = plan.path.usualBytesPerMs
    const { sliceMs, reportMs } = stepsOf((pages * (plan.transfer.costs.first[0] ?? 0)) / bytesPerMs)
    this.#sliceMs = sliceMs
    this.#book = new ReportBook(plan.startedAtMs, reportMs)
    this.#book.tell({ kind: 'started', memoryPages: pages, linkBytesPerSecond: bytesPerMs * 1000 })
  }

  /** Whether it is over and everything has been told. */
  get ended(): boolean {
    return this.#isOver && this.#book.isEmpty
  }

  get #isOver(): boolean {
    return this.#phase === 'completed' || this.#phase === 'cancelled' || this.#phase === 'failed'
  }

  get elapsedMs(): number {
    return this.#book.elapsedMs
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

  /** Goes on to the next report; returns what happened, oldest first: nothing once it has ended, or is live at `untilMs`. */
  next(untilMs = Number.POSITIVE_INFINITY): readonly MigrationFact[] {
    while (this.#book.isEmpty && !this.#isOver && !(this.isLive && this.elapsedMs >= untilMs))
      this.#step(untilMs)
    return this.#book.take()
  }

  #step(untilMs: number): void {
    const { host, path } = this.#plan
    switch (this.#phase) {
      case 'profile':
        this.#fetchProfile()
        break
      case 'live':
        this.#stepLive(Math.min(this.#sliceMs, this.#msToRoundEnd(), untilMs - this.elapsedMs))
        break
      case 'between':
        this.#runGuest(host.roundMs + path.plan.latencyMs)
        this.#book.pass(host.roundMs + path.plan.latencyMs)
        this.#passes.next(this.elapsedMs)
        this.#phase = 'live'
        break
      case 'pausing':
        this.#book.pass(host.pauseMs)
        if (this.#ending === 'stop-and-copy') this.#passes.next(this.elapsedMs)
        this.#phase = this.#ending === 'switch' ? 'resuming' : 'copying'
        break
      case 'copying':
        this.#stepCopy()
        break
      case 'resuming':
        this.#book.pass(host.resumeMs + path.roundTripMs())
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
    memory.elapse(ms * this.#speed, writesAt(this.elapsedMs + ms / 2))
    this.#slowedMs += ms * (1 - this.#speed)
  }

  /** The destination reads the profile from the NAS while the guest runs on; then round 1 sends the checkpoint. */
  #fetchProfile(): void {
    const { images, memory } = this.#plan
    this.#phase = 'live'
    if (images === null) return
    const ms = images.profileBytes / images.nasBytesPerMs
    this.#runGuest(ms)
    this.#book.pass(ms)
    // The dirty log starts when the checkpoint does: nothing that was written before has been sent.
    memory.harvest(new PageSet(memory.layout.pages))
    this.#transfer.bring(images.fromProfile, images.profileBytes)
    this.#passes.leaveOut(images.fromProfile, images.sinceCheckpoint, this.elapsedMs)
  }

  /** The guest must not write for longer than a round takes: short ones would be followed by rounds that are too long. */
  #msToRoundEnd(): number {
    const perMs = this.#pace.bytesPerMsAt(this.elapsedMs)
    return perMs > 0
      ? Math.max(SHORTEST_ROUND_MS, this.#passes.bytesToSend / perMs)
      : Number.POSITIVE_INFINITY
  }

  #stepLive(ms: number): void {
    const { sending, dirty } = this.#passes
    if (this.#isLost()) return
    this.#runGuest(ms)
    const bytes = this.#pace.bytesIn(this.elapsedMs, ms)
    const unused = this.#transfer.send(sending, dirty, bytes)
    this.#book.pass(bytes > 0 ? ms * (1 - unused / bytes) : ms)
    if (sending.size === 0) {
      this.#plan.memory.harvest(dirty)
      this.#reportRound(true)
      this.#phase = 'between'
    } else if (this.#book.isProgressDue) {
      const progress = this.#passes.progress()
      const unseen = this.#plan.peeks ? this.#plan.memory.peek(sending) : 0
      this.#book.tell({ kind: 'round-progress', ...progress, dirtiedPages: progress.dirtiedPages + unseen })
    }
  }

  #reportRound(live: boolean): void {
    this.#book.tell({ kind: 'round-ended', live, ...this.#passes.result(this.elapsedMs) })
  }

  #cancel(): void {
    this.#phase = 'cancelled'
    this.#book.tell({ kind: 'cancelled' })
  }

  /** Before the guest runs at the destination a lost connection ends the migration; its source still has everything. */
  #isLost(): boolean {
    if (!this.#plan.path.isLostAt(this.elapsedMs)) return false
    this.#phase = 'failed'
    const reason = 'The connection between the hosts was lost.'
    this.#book.tell({ kind: 'failed', reason, vmRunsAt: 'source' })
    return true
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
    this.#pausedAtMs = this.elapsedMs
    this.#book.tell({ kind: 'paused', remainingPages: dirty.size })
    this.#phase = 'pausing'
  }

  #stepCopy(): void {
    const { sending } = this.#passes
    if (this.#isLost()) return
    const ms = this.#sliceMs
    const bytes = this.#pace.bytesIn(this.elapsedMs, ms)
    const unused = this.#transfer.send(sending, null, bytes)
    this.#book.pass(bytes > 0 ? ms * (1 - unused / bytes) : ms)
    if (sending.size > 0) return
    this.#reportRound(false)
    this.#phase = 'resuming'
  }

  #resume(): void {
    const { memory, path, vcpuCount, service, random } = this.#plan
    const missing = this.#ending === 'switch' ? this.#passes.dirty : this.#passes.sending
    const pauseMs = this.elapsedMs - this.#pausedAtMs
    this.#book.tell({ kind: 'resumed', pauseMs, remainingPages: missing.size })
    if (missing.size === 0) {
      this.#complete()
      return
    }
    const transfer = this.#transfer
    transfer.rewind(this.#sendOrder(pushRegions))
    this.#pushedBefore = transfer.pagesSent
    const startMs = this.elapsedMs
    this.#paging = new DemandPaging({ memory, transfer, path, missing, vcpuCount, service, random, startMs })
    this.#phase = 'post-copy'
  }

  #stepPostCopy(): void {
    const missing = this.#passes.dirty
    const { path } = this.#plan
    // Nothing comes while the connection is cut; the guest waits at the pages it meets, and goes on when it is back.
    const ms = Math.max(this.#sliceMs, (path.cutUntil(this.elapsedMs) ?? 0) - this.elapsedMs)
    const bytes = this.#pace.bytesIn(this.elapsedMs, ms)
    const writesPerSecond = this.#plan.writesAt(this.elapsedMs + ms / 2)
    this.#paging?.run({ endMs: this.elapsedMs + ms, writesPerSecond })
    const unused = this.#transfer.send(missing, null, bytes)
    this.#book.pass(bytes > 0 && missing.size === 0 ? ms * (1 - unused / bytes) : ms)
    if (missing.size === 0) this.#complete()
    else if (this.#book.isProgressDue) this.#reportPostCopy()
  }

  #reportPostCopy(): void {
    const paging = this.#paging
    if (paging === null) return
    this.#book.tell({
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
    this.#book.tell({
      kind: 'completed',
      totalMs: this.elapsedMs,
      bytesSent: this.#transfer.bytesSent,
      stallMs: this.#paging?.heartbeat.stallMs ?? 0,
    })
  }
}
