import type { MigrationCommand, PageOrder } from '../../../shared/model/migration-command.ts'
import type { HostCosts } from '../../../shared/model/simulation-case.ts'
import type { ImagePlan } from './boot-images.ts'
import type { FaultService } from './demand-paging.ts'
import { dealGroups } from './mean-field-images.ts'
import { MeanFieldMemory, type PageGroup } from './mean-field-memory.ts'
import { MeanFieldPaging } from './mean-field-paging.ts'
import type { NetworkPath } from './network-path.ts'
import { Pace } from './pace.ts'
import type { PageClass } from './page-layout.ts'
import type { MigrationFact } from './page-migration.ts'
import { ReportBook } from './report-book.ts'

export interface MeanFieldPlan {
  readonly classes: readonly PageClass[]
  /** The classes' groups in their order, then those that nobody writes. */
  readonly groups: readonly PageGroup[]
  readonly writesAt: (elapsedMs: number) => readonly number[]
  readonly vcpuCount: number
  readonly path: NetworkPath
  readonly host: HostCosts
  readonly service: FaultService
  /** What goes ahead of the memory; null: nothing. */
  readonly images: ImagePlan | null
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
  | 'failed'

const SLICES_PER_PASS = 64
const SHORTEST_SLICE_MS = 0.25
/** Workloads and links change over seconds. */
const LONGEST_SLICE_MS = 500
const REPORTS_PER_PASS = 16
/** A pass that would take more slices than this has longer ones. */
const MOST_SLICES_PER_PASS = 20_000
/** Fewer pages than this are none. */
const NONE = 1e-6

const stepOf = (passMs: number): number => {
  const longest = Math.max(LONGEST_SLICE_MS, passMs / MOST_SLICES_PER_PASS)
  return Math.min(longest, Math.max(SHORTEST_SLICE_MS, passMs / SLICES_PER_PASS))
}

/**
 * One live migration in expected numbers of pages: what SimulatedMigration does page by page. It takes the same commands
 * and reports the same facts, so that every policy leads it through the one engine.
 */
export class MeanFieldMigration {
  readonly #plan: MeanFieldPlan
  readonly #memory: MeanFieldMemory
  readonly #pace: Pace
  readonly #book: ReportBook
  readonly #sliceMs: number
  #turns: readonly (readonly number[])[]
  #pushTurns: readonly (readonly number[])[]
  #log: 'round' | 'region' = 'round'
  #phase: Phase = 'live'
  #ending: 'switch' | 'stop-and-copy' = 'stop-and-copy'
  #round = { number: 1, startedAtMs: 0, pages: 0, bytes: 0 }
  #pausedAtMs = 0
  #speed = 1
  #slowedMs = 0
  #pagesSent = 0
  #bytesSent = 0
  #pushedBefore = 0
  /** Of pages that came out of turn: the push waits for as long as they took. */
  #owedBytes = 0
  #paging: MeanFieldPaging | null = null

  constructor(plan: MeanFieldPlan) {
    this.#plan = plan
    this.#memory = new MeanFieldMemory(plan.groups)
    this.#pace = new Pace(plan.path)
    if (plan.images !== null) this.#phase = 'profile'
    this.#turns = [plan.groups.map((_, index) => index)]
    this.#pushTurns = this.#turns
    const bytesPerMs = plan.path.usualBytesPerMs
    const passMs = plan.groups.reduce((sum, { pages, first }) => sum + pages * first, 0) / bytesPerMs
    this.#sliceMs = stepOf(passMs)
    this.#book = new ReportBook(0, passMs / REPORTS_PER_PASS)
    this.#book.tell({
      kind: 'started',
      memoryPages: this.#memory.pages,
      linkBytesPerSecond: bytesPerMs * 1000,
    })
  }

  get ended(): boolean {
    return this.#phase === 'completed' || this.#phase === 'cancelled' || this.#phase === 'failed'
  }

  get isLive(): boolean {
    return this.#phase === 'profile' || this.#phase === 'live' || this.#phase === 'between'
  }

  get elapsedMs(): number {
    return this.#book.elapsedMs
  }

  get transfer(): { readonly bytesSent: number; readonly pagesSent: number } {
    return { bytesSent: this.#bytesSent, pagesSent: this.#pagesSent }
  }

  get paging(): MeanFieldPaging | null {
    return this.#paging
  }

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
        if (isLive) this.#arrange(command)
        return isLive
      case 'throttle':
        this.#speed = command.speed
        return isLive
      case 'priority':
        this.#pace.prioritise(command.share)
        return !this.ended
      case 'bandwidth':
        this.#pace.limit(command.bytesPerSecond)
        return !this.ended
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

  /** Goes on to the next report; returns what happened, oldest first: nothing once it has ended, or is live at `untilMs`. */
  next(untilMs = Number.POSITIVE_INFINITY): readonly MigrationFact[] {
    while (this.#book.isEmpty && !this.ended && !(this.isLive && this.elapsedMs >= untilMs))
      this.#step(untilMs)
    return this.#book.take()
  }

  /** Groups by the class that each was given; region i of the order stands for group i. */
  #arrange({ classes, live }: PageOrder): void {
    const ranks = [...new Set(this.#plan.groups.map((_, index) => classes[index] ?? 0))].sort((a, b) => a - b)
    const coldestFirst = ranks.map(rank =>
      this.#plan.groups.flatMap((_, index) => ((classes[index] ?? 0) === rank ? [index] : [])),
    )
    this.#pushTurns = coldestFirst.toReversed()
    this.#turns = live === 'hottest-first' ? this.#pushTurns : coldestFirst
    this.#log = 'region'
  }

  #step(untilMs: number): void {
    const { host, path } = this.#plan
    switch (this.#phase) {
      case 'profile':
        this.#fetchProfile()
        break
      case 'live':
        this.#stepLive(untilMs)
        break
      case 'between':
        this.#runGuest(host.roundMs + path.plan.latencyMs, this.elapsedMs)
        this.#book.pass(host.roundMs + path.plan.latencyMs)
        this.#beginRound()
        this.#phase = 'live'
        break
      case 'pausing':
        this.#book.pass(host.pauseMs)
        if (this.#ending === 'stop-and-copy') this.#beginRound()
        this.#phase = this.#ending === 'switch' ? 'resuming' : 'copying'
        break
      case 'copying':
        if (this.#isLost()) break
        this.#send(this.#sliceMs)
        if (this.#memory.unsent <= NONE) {
          this.#reportRound({ live: false, dirtiedPages: 0 })
          this.#phase = 'resuming'
        }
        break
      case 'resuming':
        this.#book.pass(host.resumeMs + path.meanRoundTripMs)
        this.#resume()
        break
      case 'post-copy':
        this.#stepPostCopy()
        break
    }
  }

  #fetchProfile(): void {
    const { images, groups } = this.#plan
    this.#phase = 'live'
    if (images === null) return
    this.#book.pass(images.profileBytes / images.nasBytesPerMs)
    const dealt = dealGroups(groups, images)
    this.#memory.startFrom(dealt)
    this.#count({ pages: dealt.reduce((sum, { arrived }) => sum + arrived, 0), bytes: images.profileBytes })
    this.#round = { number: 1, startedAtMs: this.elapsedMs, pages: this.#pagesSent, bytes: this.#bytesSent }
  }

  #runGuest(ms: number, fromMs: number): void {
    this.#memory.elapse(ms * this.#speed, this.#plan.writesAt(fromMs + ms / 2))
    this.#slowedMs += ms * (1 - this.#speed)
  }

  /** Bytes that go over in `ms` from now. */
  #bytesIn(ms: number): number {
    return this.#pace.bytesIn(this.elapsedMs, ms)
  }

  /** Sends what is unsent, turn after turn, for at most `ms`; the clock goes on by the time it took. */
  #send(ms: number, turns = this.#turns): void {
    const bytesPerMs = this.#bytesIn(ms) / ms
    if (bytesPerMs <= 0) {
      this.#book.pass(ms)
      return
    }
    const paid = Math.min(this.#owedBytes, bytesPerMs * ms)
    this.#owedBytes -= paid
    this.#book.pass(paid / bytesPerMs)
    let left = bytesPerMs * ms - paid
    for (const turn of turns) {
      if (left <= 0 || this.#memory.unsent <= NONE) break
      const sent = this.#memory.send(turn, left, this.#log)
      left -= sent.bytes
      this.#count(sent)
      this.#book.pass(sent.bytes / bytesPerMs)
    }
  }

  #count({ pages, bytes }: { readonly pages: number; readonly bytes: number }): void {
    this.#pagesSent += pages
    this.#bytesSent += bytes
  }

  #stepLive(untilMs: number): void {
    if (this.#isLost()) return
    this.#runGuestWhileSending(untilMs - this.elapsedMs)
    if (this.#memory.unsent <= NONE) {
      const dirtiedPages = this.#memory.readLog()
      this.#reportRound({ live: true, dirtiedPages })
      this.#phase = 'between'
    } else if (this.#book.isProgressDue) {
      this.#book.tell({ kind: 'round-progress', ...this.#progress() })
    }
  }

  /** A slice at most; half of the guest's writes of it come before the pages that are sent in it, half after. */
  #runGuestWhileSending(mostMs: number): void {
    const ms = Math.min(mostMs, this.#sliceMs, Math.max(SHORTEST_SLICE_MS, this.#msToEnd()))
    const startMs = this.elapsedMs
    this.#runGuest(ms / 2, startMs)
    this.#send(ms)
    this.#runGuest(ms / 2, startMs + ms / 2)
  }

  /** Until the round has nothing left, at the link's present rate. */
  #msToEnd(): number {
    const perMs = this.#bytesIn(1)
    return perMs <= 0 ? Number.POSITIVE_INFINITY : this.#memory.unsentBytes / perMs
  }

  #progress() {
    return {
      round: this.#round.number,
      sentPages: this.#pagesSent - this.#round.pages,
      dirtiedPages: this.#memory.written,
      remainingPages: this.#memory.unsent,
    }
  }

  #beginRound(): void {
    this.#round = {
      number: this.#round.number + 1,
      startedAtMs: this.elapsedMs,
      pages: this.#pagesSent,
      bytes: this.#bytesSent,
    }
  }

  #reportRound({ live, dirtiedPages }: { readonly live: boolean; readonly dirtiedPages: number }): void {
    const { number, startedAtMs, pages, bytes } = this.#round
    this.#book.tell({
      kind: 'round-ended',
      live,
      round: number,
      sentPages: this.#pagesSent - pages,
      dirtiedPages,
      bytesSent: this.#bytesSent - bytes,
      ms: this.elapsedMs - startedAtMs,
    })
  }

  #cancel(): void {
    this.#phase = 'cancelled'
    this.#book.tell({ kind: 'cancelled' })
  }

  #isLost(): boolean {
    if (!this.#plan.path.isLostAt(this.elapsedMs)) return false
    this.#phase = 'failed'
    const reason = 'The connection between the hosts was lost.'
    this.#book.tell({ kind: 'failed', reason, vmRunsAt: 'source' })
    return true
  }

  #pause(ending: 'switch' | 'stop-and-copy'): void {
    const dirtiedPages = this.#memory.readLog()
    if (this.#phase === 'live') this.#reportRound({ live: true, dirtiedPages })
    this.#memory.dirty(this.#plan.host.suspendDirtyPages)
    this.#ending = ending
    this.#pausedAtMs = this.elapsedMs
    this.#book.tell({ kind: 'paused', remainingPages: this.#memory.unsent })
    this.#phase = 'pausing'
  }

  #resume(): void {
    const { classes, path, vcpuCount, service, groups } = this.#plan
    const remainingPages = this.#memory.unsent <= NONE ? 0 : this.#memory.unsent
    this.#book.tell({ kind: 'resumed', pauseMs: this.elapsedMs - this.#pausedAtMs, remainingPages })
    if (remainingPages === 0) {
      this.#complete()
      return
    }
    this.#pushedBefore = this.#pagesSent
    const pageBytes = groups[0]?.first ?? 0
    this.#paging = new MeanFieldPaging({ memory: this.#memory, classes, path, vcpuCount, service, pageBytes })
    this.#phase = 'post-copy'
  }

  #stepPostCopy(): void {
    const atMs = this.elapsedMs
    const cutMs = (this.#plan.path.cutUntil(atMs) ?? atMs) - atMs
    const ms = Math.max(cutMs, Math.min(this.#sliceMs, Math.max(SHORTEST_SLICE_MS, this.#msToEnd())))
    const writesPerSecond = this.#plan.writesAt(atMs + ms / 2)
    const requested = this.#paging?.run({ atMs, ms, writesPerSecond })
    if (requested) {
      this.#count(requested)
      this.#owedBytes += requested.bytes
    }
    this.#send(ms, this.#pushTurns)
    if (this.#memory.unsent <= NONE) this.#complete()
    else if (this.#book.isProgressDue) this.#reportPostCopy()
  }

  #reportPostCopy(): void {
    const { faults = 0, heartbeat = { stallMs: 0 } } = this.#paging ?? {}
    this.#book.tell({
      kind: 'post-copy-progress',
      pushedPages: this.#pagesSent - this.#pushedBefore - faults,
      demandFaults: faults,
      remainingPages: this.#memory.unsent,
      stallMs: heartbeat.stallMs,
    })
  }

  #complete(): void {
    if (this.#paging !== null) this.#reportPostCopy()
    this.#phase = 'completed'
    this.#book.tell({
      kind: 'completed',
      totalMs: this.elapsedMs,
      bytesSent: this.#bytesSent,
      stallMs: this.#paging?.heartbeat.stallMs ?? 0,
    })
  }
}
