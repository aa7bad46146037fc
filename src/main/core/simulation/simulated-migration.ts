import { assertNever } from '../../../shared/failure.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import type { DiskCopy } from './disk-copy.ts'
import { isReadEarly, msToLook } from './log-reading.ts'
import type { MigratingPages, PageWaits } from './migrating-pages.ts'
import type { MigrationFact } from './migration-fact.ts'
import { Outflow } from './outflow.ts'
import { PassReports } from './pass-reports.ts'
import { isLastPhase, isLivePhase, isStillPhase, type Phase } from './phase.ts'
import { ReportBook } from './report-book.ts'
import type { SimulatedMigrationPlan } from './simulated-plan.ts'

const isHandOver = ({ kind }: MigrationCommand): boolean => kind === 'switch' || kind === 'stop-and-copy'

/**
 * One live migration in simulated time. Round 1 sends every page, each later one what was dirtied since the round before
 * began. It stops after every report, so that whoever decides can give a command at that very moment.
 */
export class SimulatedMigration {
  readonly #plan: SimulatedMigrationPlan
  readonly #pages: MigratingPages
  readonly #outflow: Outflow
  readonly #book: ReportBook
  readonly #reports: PassReports
  readonly #sliceMs: number
  #phase: Phase = 'disk'
  #diskMs = 0
  #ending: 'switch' | 'stop-and-copy' = 'stop-and-copy'
  /** Of a phase that lasts a given time. */
  #leftMs = 0
  #pausedAtMs = 0
  #speed = 1
  #slowedMs = 0

  constructor(plan: SimulatedMigrationPlan) {
    const { pages, disk } = plan
    this.#plan = plan
    this.#pages = pages
    this.#outflow = new Outflow(plan)
    const { sliceMs, reportMs } = plan.stepsOf(this.#outflow.passMs)
    this.#sliceMs = sliceMs
    this.#book = new ReportBook(plan.startedAtMs, reportMs)
    this.#reports = new PassReports(pages, this.#book)
    if (disk === null) this.#beginMemory()
    else this.#reportDisk(disk)
  }

  /** Whether it is over and everything has been told. */
  get ended(): boolean {
    return this.#isOver && this.#book.isEmpty
  }

  get #isOver(): boolean {
    return isLastPhase(this.#phase)
  }

  /** Whether the guest runs at its source and commands are heard. */
  get isLive(): boolean {
    return isLivePhase(this.#phase)
  }

  get elapsedMs(): number {
    return this.#book.elapsedMs
  }

  get transfer(): Pick<MigratingPages, 'bytesSent' | 'pagesSent'> {
    return this.#pages
  }

  /** What its disk has taken so far; null where its storage is shared. */
  get disk(): { readonly ms: number; readonly bytesSent: number } | null {
    const { disk } = this.#plan
    const ms = this.#phase === 'disk' ? this.elapsedMs : this.#diskMs
    return disk === null ? null : { ms, bytesSent: disk.bytesSent }
  }

  /** What it would send at most, bytes/s. */
  get demandBytesPerSecond(): number {
    return this.#isOver ? 0 : this.#outflow.demandBytesPerSecond
  }

  /** Whether it has use for its link within the next so many ms; the mirror of a live guest's disk always has. */
  sendsWithin(ms: number): boolean {
    const isStill = isStillPhase(this.#phase) && !this.#outflow.mirrors
    return !this.#isOver && (!isStill || this.#leftMs < ms)
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
    return this.#outflow.displacedBytes
  }

  /** Gives a command; false when it comes too late. */
  control(command: MigrationCommand): boolean {
    const { isLive } = this
    switch (command.kind) {
      case 'priority':
        this.#outflow.prioritise(command.share)
        return !this.#isOver
      case 'bandwidth':
        this.#outflow.limit(command.bytesPerSecond)
        return !this.#isOver
      default:
        // A guest cannot go where its disk is not.
        if (!isLive || (this.#phase === 'disk' && isHandOver(command))) return false
        this.#obey(command)
        return true
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
    if (this.#phase !== 'disk') this.#outflow.compress()
    switch (this.#phase) {
      case 'disk':
        this.#stepDisk(Math.min(mostMs, this.#sliceMs))
        break
      case 'profile':
        this.#fetchProfile(mostMs)
        break
      case 'live':
        this.#stepLive(
          Math.min(mostMs, this.#sliceMs, this.#outflow.msToEnd(this.elapsedMs), this.#msToLook()),
        )
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

  /** The log of writes begins when the memory goes: what is written before travels with it in round 1. */
  #stepDisk(ms: number): void {
    const { disk } = this.#plan
    if (disk === null || this.#isLost()) return
    this.#outflow.sendDisk(this.elapsedMs, ms)
    this.#book.pass(ms)
    if (disk.isCopied || this.#book.isProgressDue) this.#reportDisk(disk)
    if (!disk.isCopied) return
    this.#diskMs = this.elapsedMs
    this.#beginMemory()
  }

  #reportDisk({ copiedBytes, totalBytes }: DiskCopy): void {
    this.#book.tell({ kind: 'disk-progress', copiedBytes, totalBytes })
  }

  #beginMemory(): void {
    const { images } = this.#plan
    const { usualBytesPerSecond: linkBytesPerSecond } = this.#outflow
    this.#book.tell({ kind: 'started', memoryPages: this.#pages.count, linkBytesPerSecond })
    if (images === null) this.#beginRound('live')
    else this.#wait('profile', images.profileBytes / images.nasBytesPerMs)
  }

  /** Begins a phase that lasts for `ms`. */
  #wait(phase: 'profile' | 'waiting' | 'between' | 'pausing' | 'resuming', ms: number): void {
    this.#phase = phase
    this.#leftMs = ms
  }

  /** Lets time go by in such a phase; whether it is over. */
  #waited(mostMs: number): boolean {
    const ms = Math.min(mostMs, this.#leftMs)
    if (this.isLive) {
      this.#runGuest(ms)
      this.#outflow.sendDisk(this.elapsedMs, ms)
    }
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

  /** Until the host looks whether it should read its log. */
  #msToLook(): number {
    const { earlyReading } = this.#plan
    return earlyReading === null ? Number.POSITIVE_INFINITY : msToLook(earlyReading, this.#reports.sinceMs)
  }

  #isRoundOver(): boolean {
    const { earlyReading } = this.#plan
    if (this.#pages.unsent === 0) return true
    if (earlyReading === null) return false
    const { round, sinceMs } = this.#reports
    return isReadEarly(earlyReading, { round, sinceMs, leftMs: this.#outflow.unsentMs(this.elapsedMs) })
  }

  #send(ms: number): void {
    this.#book.pass(this.#outflow.send(this.elapsedMs, ms))
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
    } else if (this.#book.isProgressDue) this.#reports.tellProgress()
  }

  #beginRound(phase: 'live' | 'copying'): void {
    this.#phase = phase
    this.#reports.begin()
  }

  /** Reads the log; the round under way is over. */
  #endLiveRound(): void {
    const unsentPages = this.#pages.unsent
    const dirtiedPages = this.#pages.readLog()
    this.#reports.tellEnd({ live: true, dirtiedPages, ...(unsentPages > 0 && { unsentPages }) })
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
    const isUnderWay = this.#phase === 'live' && this.#reports.sinceMs > 0
    if (isUnderWay) this.#endLiveRound()
    else this.#pages.readLog()
    this.#pages.suspend(this.#plan.host.suspendDirtyPages)
    this.#ending = ending
    this.#pausedAtMs = this.elapsedMs
    this.#outflow.pause()
    this.#book.tell({ kind: 'paused', remainingPages: this.#pages.unsent })
    this.#wait('pausing', this.#plan.host.pauseMs)
  }

  #stepCopy(mostMs: number): void {
    if (this.#isLost()) return
    this.#send(Math.min(mostMs, this.#sliceMs))
    if (this.#pages.unsent > 0) return
    this.#reports.tellEnd({ live: false, dirtiedPages: 0 })
    this.#beginResume()
  }

  #resume(): void {
    const remainingPages = this.#pages.unsent
    this.#book.tell({ kind: 'resumed', pauseMs: this.elapsedMs - this.#pausedAtMs, remainingPages })
    if (remainingPages === 0) {
      this.#complete()
      return
    }
    this.#reports.begin()
    this.#pages.beginPush(this.elapsedMs)
    this.#phase = 'post-copy'
  }

  #stepPostCopy(mostMs: number): void {
    const { path, writesAt } = this.#plan
    const atMs = this.elapsedMs
    // Nothing comes while the connection is cut; the guest waits at the pages it meets, and goes on when it is back.
    const cutMs = (path.cutUntil(atMs) ?? atMs) - atMs
    const ms = Math.min(mostMs, Math.max(cutMs, Math.min(this.#sliceMs, this.#outflow.msToEnd(atMs))))
    if (cutMs === Number.POSITIVE_INFINITY) this.#pages.holdUp(atMs, ms)
    else this.#pages.serve({ atMs, ms, writesPerSecond: writesAt(atMs + ms / 2) })
    this.#send(ms)
    if (this.#pages.unsent === 0) this.#complete()
    else if (this.#book.isProgressDue) this.#reports.tellPush()
  }

  #complete(): void {
    const { disk } = this.#plan
    this.#pages.checkArrival()
    disk?.checkArrival()
    this.#reports.tellPush()
    this.#phase = 'completed'
    this.#book.tell({
      kind: 'completed',
      totalMs: this.elapsedMs,
      bytesSent: this.#pages.bytesSent + (disk?.bytesSent ?? 0),
      stallMs: this.#pages.waits?.lostMs ?? 0,
    })
  }
}
