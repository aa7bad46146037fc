import { assertNever } from '../../../shared/failure.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import type { HostCosts } from '../../../shared/model/simulation-case.ts'
import type { ImagePlan } from './boot-images.ts'
import { type EarlyReading, isReadEarly, msToLook } from './log-reading.ts'
import type { MigratingPages, PageWaits } from './migrating-pages.ts'
import type { MigrationFact } from './migration-fact.ts'
import type { MigrationPath } from './migration-path.ts'
import { Pace } from './pace.ts'
import { ReportBook } from './report-book.ts'
import type { Steps } from './steps.ts'

/** What a migration is simulated from. */
export interface SimulatedMigrationPlan {
  readonly pages: MigratingPages
  /** Writes per second by class, ms since the start of the migration. */
  readonly writesAt: (elapsedMs: number) => readonly number[]
  readonly path: MigrationPath
  readonly host: HostCosts
  /** What goes ahead of the memory; null: nothing. */
  readonly images: ImagePlan | null
  /** After a live round it waits so long for a command before it goes on by itself, ms. */
  readonly graceMs: number
  /** Whether live rounds end before everything is sent; null: they do not. */
  readonly earlyReading: EarlyReading | null
  readonly startedAtMs: number
  /** By how long a pass over all of memory takes, ms. */
  readonly stepsOf: (passMs: number) => Steps
}

type Phase =
  | 'profile'
  | 'live'
  | 'waiting'
  | 'between'
  | 'pausing'
  | 'copying'
  | 'resuming'
  | 'post-copy'
  | 'completed'
  | 'cancelled'
  | 'failed'

/** Of a round without a page. */
const SHORTEST_SLICE_MS = 1e-3

/**
 * One live migration in simulated time. Round 1 sends every page, each later one what was dirtied since the round before
 * began. It stops after every report, so that whoever decides can give a command at that very moment.
 */
export class SimulatedMigration {
  readonly #plan: SimulatedMigrationPlan
  readonly #pages: MigratingPages
  readonly #pace: Pace
  readonly #book: ReportBook
  readonly #sliceMs: number
  #phase: Phase
  #ending: 'switch' | 'stop-and-copy' = 'stop-and-copy'
  #roundsReported = 0
  #round = { startedAtMs: 0, pages: 0, bytes: 0 }
  /** Of a phase that lasts a given time. */
  #leftMs: number
  #pausedAtMs = 0
  #speed = 1
  #slowedMs = 0
  #pushedBefore = 0

  constructor(plan: SimulatedMigrationPlan) {
    const { pages, path, images } = plan
    this.#plan = plan
    this.#pages = pages
    this.#pace = new Pace(path)
    this.#phase = images === null ? 'live' : 'profile'
    this.#leftMs = images === null ? 0 : images.profileBytes / images.nasBytesPerMs
    const { sliceMs, reportMs } = plan.stepsOf(pages.unsentBytes / path.usualBytesPerMs)
    this.#sliceMs = sliceMs
    this.#book = new ReportBook(plan.startedAtMs, reportMs)
    const linkBytesPerSecond = path.usualBytesPerMs * 1000
    this.#book.tell({ kind: 'started', memoryPages: pages.count, linkBytesPerSecond })
  }

  /** Whether it is over and everything has been told. */
  get ended(): boolean {
    return this.#isOver && this.#book.isEmpty
  }

  get #isOver(): boolean {
    return this.#phase === 'completed' || this.#phase === 'cancelled' || this.#phase === 'failed'
  }

  /** Whether the guest runs at its source and commands are heard. */
  get isLive(): boolean {
    const phase = this.#phase
    return phase === 'profile' || phase === 'live' || phase === 'waiting' || phase === 'between'
  }

  get elapsedMs(): number {
    return this.#book.elapsedMs
  }

  get transfer(): Pick<MigratingPages, 'bytesSent' | 'pagesSent'> {
    return this.#pages
  }

  /** Pages that the pass under way has still to send, and those dirtied since it began. */
  get remainingPages(): number {
    return this.#pages.unsent + this.#pages.dirtied
  }

  /** What it would send at most, bytes/s. */
  get demandBytesPerSecond(): number {
    return this.#isOver ? 0 : this.#pace.limitBytesPerSecond
  }

  /** The post-copy part, once the guest runs at the destination with pages missing. */
  get paging(): PageWaits | null {
    return this.#pages.waits
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
      case 'priority':
        this.#pace.prioritise(command.share)
        return !this.#isOver
      case 'bandwidth':
        this.#pace.limit(command.bytesPerSecond)
        return !this.#isOver
      default:
        if (isLive) this.#obey(command)
        return isLive
    }
  }

  #obey(command: Exclude<MigrationCommand, { kind: 'priority' | 'bandwidth' }>): void {
    switch (command.kind) {
      case 'page-order':
        this.#pages.arrange(command)
        break
      case 'throttle':
        this.#speed = command.speed
        break
      case 'continue':
        if (this.#phase === 'waiting') this.#turn()
        break
      case 'cancel':
        this.#phase = 'cancelled'
        this.#book.tell({ kind: 'cancelled' })
        break
      case 'switch':
      case 'stop-and-copy':
        this.#pause(command.kind)
        break
      default:
        assertNever(command)
    }
  }

  /** Goes on to the next report, or to `untilMs`; returns what happened, oldest first: nothing once it has ended. */
  next(untilMs = Number.POSITIVE_INFINITY): readonly MigrationFact[] {
    while (this.#book.isEmpty && !this.#isOver && this.elapsedMs < untilMs)
      this.#step(untilMs - this.elapsedMs)
    return this.#book.take()
  }

  /** One step of at most `mostMs`. */
  #step(mostMs: number): void {
    switch (this.#phase) {
      case 'profile':
        this.#fetchProfile(mostMs)
        break
      case 'live':
        this.#stepLive(Math.min(mostMs, this.#sliceMs, this.#msToEnd(), this.#msToLook()))
        break
      case 'waiting':
        if (this.#waited(mostMs)) this.#turn()
        break
      case 'between':
        if (this.#waited(mostMs)) this.#beginRound('live')
        break
      case 'pausing':
        if (!this.#waited(mostMs)) break
        if (this.#ending === 'switch') this.#beginResume()
        else this.#beginRound('copying')
        break
      case 'copying':
        this.#stepCopy(mostMs)
        break
      case 'resuming':
        if (!this.#isLost() && this.#waited(mostMs)) this.#resume()
        break
      case 'post-copy':
        this.#stepPostCopy(mostMs)
        break
    }
  }

  /** Begins a phase that lasts for `ms`. */
  #wait(phase: 'waiting' | 'between' | 'pausing' | 'resuming', ms: number): void {
    this.#phase = phase
    this.#leftMs = ms
  }

  /** Lets time go by in such a phase; whether it is over. */
  #waited(mostMs: number): boolean {
    const ms = Math.min(mostMs, this.#leftMs)
    if (this.isLive) this.#runGuest(ms)
    this.#book.pass(ms)
    this.#leftMs -= ms
    return this.#leftMs <= 0
  }

  /** What the hypervisor does from the end of a round to the next. */
  #turn(): void {
    const { host, path } = this.#plan
    this.#wait('between', host.roundMs + path.latencyMs)
  }

  #beginResume(): void {
    const { host, path } = this.#plan
    this.#wait('resuming', host.resumeMs + path.roundTripMs())
  }

  #runGuest(ms: number, fromMs = this.elapsedMs): void {
    this.#pages.elapse(ms * this.#speed, this.#plan.writesAt(fromMs + ms / 2))
    this.#slowedMs += ms * (1 - this.#speed)
  }

  /** The destination reads the profile from the NAS while the guest runs on; then round 1 sends the checkpoint. */
  #fetchProfile(mostMs: number): void {
    const { images } = this.#plan
    const ms = Math.min(mostMs, this.#leftMs)
    this.#pages.countBytes(ms * (images?.nasBytesPerMs ?? 0))
    if (!this.#waited(mostMs)) return
    this.#pages.receiveImages()
    this.#beginRound('live')
  }

  /** What is unsent takes this long at the link's present rate. */
  #unsentMs(): number {
    const perMs = this.#pace.bytesPerMsAt(this.elapsedMs)
    return perMs > 0 ? this.#pages.unsentBytes / perMs : Number.POSITIVE_INFINITY
  }

  #msToEnd(): number {
    return Math.max(SHORTEST_SLICE_MS, this.#unsentMs())
  }

  /** Until the host looks whether it should read its log. */
  #msToLook(): number {
    const { earlyReading } = this.#plan
    const sinceMs = this.elapsedMs - this.#round.startedAtMs
    return earlyReading === null ? Number.POSITIVE_INFINITY : msToLook(earlyReading, sinceMs)
  }

  #isRoundOver(): boolean {
    const { earlyReading } = this.#plan
    if (earlyReading === null || this.#pages.unsent === 0) return this.#pages.unsent === 0
    const round = this.#roundsReported + 1
    const sinceMs = this.elapsedMs - this.#round.startedAtMs
    return isReadEarly(earlyReading, { round, sinceMs, leftMs: this.#unsentMs() })
  }

  /** Sends for `ms`; the clock goes on by that, or by less when nothing is left to send. */
  #send(ms: number): void {
    const bytes = this.#pace.bytesIn(this.elapsedMs, ms)
    const unused = this.#pages.send(bytes)
    this.#book.pass(bytes > 0 && this.#pages.unsent === 0 ? ms * (1 - unused / bytes) : ms)
  }

  /** Half of what the guest writes in a slice comes before the pages that are sent in it, half after. */
  #stepLive(ms: number): void {
    if (this.#isLost()) return
    const startMs = this.elapsedMs
    this.#runGuest(ms / 2, startMs)
    this.#send(ms)
    this.#runGuest(ms / 2, startMs + ms / 2)
    if (this.#isRoundOver()) {
      this.#endLiveRound()
      if (this.#plan.graceMs > 0) this.#wait('waiting', this.#plan.graceMs)
      else this.#turn()
    } else if (this.#book.isProgressDue) this.#reportProgress()
  }

  #reportProgress(): void {
    this.#book.tell({
      kind: 'round-progress',
      round: this.#roundsReported + 1,
      sentPages: this.#pages.pagesSent - this.#round.pages,
      dirtiedPages: this.#pages.dirtied,
      remainingPages: this.#pages.unsent,
    })
  }

  #beginRound(phase: 'live' | 'copying'): void {
    this.#phase = phase
    const { pagesSent: pages, bytesSent: bytes } = this.#pages
    this.#round = { startedAtMs: this.elapsedMs, pages, bytes }
  }

  /** Reads the log; the round under way is over. */
  #endLiveRound(): void {
    const unsentPages = this.#pages.unsent
    const dirtiedPages = this.#pages.readLog()
    this.#reportRound({ live: true, dirtiedPages, ...(unsentPages > 0 && { unsentPages }) })
  }

  #reportRound(ended: {
    readonly live: boolean
    readonly dirtiedPages: number
    readonly unsentPages?: number
  }): void {
    const { startedAtMs, pages, bytes } = this.#round
    this.#roundsReported++
    this.#book.tell({
      kind: 'round-ended',
      ...ended,
      round: this.#roundsReported,
      sentPages: this.#pages.pagesSent - pages,
      bytesSent: this.#pages.bytesSent - bytes,
      ms: this.elapsedMs - startedAtMs,
    })
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
    const isUnderWay = this.#phase === 'live' && this.elapsedMs > this.#round.startedAtMs
    if (isUnderWay) this.#endLiveRound()
    else this.#pages.readLog()
    this.#pages.suspend(this.#plan.host.suspendDirtyPages)
    this.#ending = ending
    this.#pausedAtMs = this.elapsedMs
    this.#book.tell({ kind: 'paused', remainingPages: this.#pages.unsent })
    this.#wait('pausing', this.#plan.host.pauseMs)
  }

  #stepCopy(mostMs: number): void {
    if (this.#isLost()) return
    this.#send(Math.min(mostMs, this.#sliceMs))
    if (this.#pages.unsent > 0) return
    this.#reportRound({ live: false, dirtiedPages: 0 })
    this.#beginResume()
  }

  #resume(): void {
    const remainingPages = this.#pages.unsent
    this.#book.tell({ kind: 'resumed', pauseMs: this.elapsedMs - this.#pausedAtMs, remainingPages })
    if (remainingPages === 0) {
      this.#complete()
      return
    }
    this.#pushedBefore = this.#pages.pagesSent
    this.#pages.beginPush(this.elapsedMs)
    this.#phase = 'post-copy'
  }

  #stepPostCopy(mostMs: number): void {
    const { path, writesAt } = this.#plan
    const atMs = this.elapsedMs
    // Nothing comes while the connection is cut; the guest waits at the pages it meets, and goes on when it is back.
    const cutMs = (path.cutUntil(atMs) ?? atMs) - atMs
    const ms = Math.min(mostMs, Math.max(cutMs, Math.min(this.#sliceMs, this.#msToEnd())))
    if (cutMs === Number.POSITIVE_INFINITY) this.#pages.holdUp(atMs, ms)
    else this.#pages.serve({ atMs, ms, writesPerSecond: writesAt(atMs + ms / 2) })
    this.#send(ms)
    if (this.#pages.unsent === 0) this.#complete()
    else if (this.#book.isProgressDue) this.#reportPostCopy()
  }

  #reportPostCopy(): void {
    const { waits, pagesSent, unsent } = this.#pages
    if (waits === null) return
    this.#book.tell({
      kind: 'post-copy-progress',
      pushedPages: pagesSent - this.#pushedBefore - waits.faults,
      demandFaults: waits.faults,
      remainingPages: unsent,
      stallMs: waits.stallMs,
    })
  }

  #complete(): void {
    this.#pages.checkArrival()
    this.#reportPostCopy()
    this.#phase = 'completed'
    this.#book.tell({
      kind: 'completed',
      totalMs: this.elapsedMs,
      bytesSent: this.#pages.bytesSent,
      stallMs: this.#pages.waits?.stallMs ?? 0,
    })
  }
}
