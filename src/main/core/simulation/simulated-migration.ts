import { PageSet } from '../numeric/page-set.ts'
import type { Random } from '../numeric/random.ts'
import { checkArrival } from './check-arrival.ts'
import { DemandPaging, type FaultService } from './demand-paging.ts'
import type { NetworkPath } from './network-path.ts'
import type { MigrationFact } from './page-migration.ts'
import { PageTransfer, type SendOrder, type TransferRules } from './page-transfer.ts'
import type { WriteSchedule } from './write-schedule.ts'

/** Fixed costs of a hypervisor. */
export interface HostCosts {
  /** Between two rounds: reading the dirty log and the destination's word. */
  readonly roundMs: number
  /** From the last guest instruction to the first page of the stop-and-copy pass, or to the hand-over. */
  readonly pauseMs: number
  /** From the last page to the guest running again. */
  readonly resumeMs: number
  /** Pages that suspending itself dirties. */
  readonly suspendDirtyPages: number
}

export interface MigrationRules extends TransferRules {
  readonly service: FaultService
}

export interface SimulatedMigrationPlan {
  readonly memory: WriteSchedule
  /** Writes per second by class, ms since the start of the migration. */
  readonly writesAt: (elapsedMs: number) => readonly number[]
  readonly vcpuCount: number
  readonly path: NetworkPath
  readonly host: HostCosts
  readonly rules: MigrationRules
  readonly startedAtMs: number
  readonly random: Random
}

export type SimulatedCommand =
  | { readonly kind: 'continue' | 'switch' | 'stop-and-copy' | 'cancel' }
  | { readonly kind: 'page-order'; readonly order: SendOrder }
  /** The guest runs at this part of its speed, 0..1. */
  | { readonly kind: 'throttle'; readonly speed: number }
  /** Pushes competing traffic aside, 0..1 of it. */
  | { readonly kind: 'priority'; readonly share: number }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number | null }

type Phase = 'live' | 'waiting' | 'pausing' | 'copying' | 'resuming' | 'post-copy' | 'completed' | 'cancelled'

type Timeless<E> = E extends unknown ? Omit<E, 'atMs'> : never

/** Guest and link take turns in steps between these lengths; halving them changes no figure by 1 %. */
const SHORTEST_SLICE_MS = 0.5
const LONGEST_SLICE_MS = 10
/** Slices that the first pass is cut into. */
const SLICES_PER_PASS = 1000
/** Progress reports of a pass over all of memory. */
const REPORTS_PER_PASS = 100

/**
 * One live migration, page by page, in simulated time. Round 1 sends every page, each later one what was dirtied since
 * the round before began. It stops after every report, so that whoever decides can give a command at that very moment.
 */
export class SimulatedMigration {
  readonly #plan: SimulatedMigrationPlan
  readonly #transfer: PageTransfer
  readonly #sliceMs: number
  readonly #reportMs: number
  #sending: PageSet
  #dirty: PageSet
  #phase: Phase = 'live'
  #ending: 'switch' | 'stop-and-copy' = 'stop-and-copy'
  #elapsedMs = 0
  #leftMs = 0
  #sinceReportMs = 0
  #round = 1
  #roundStart = { ms: 0, bytes: 0, pages: 0, toSend: 0 }
  #pausedAtMs = 0
  #speed = 1
  #slowedMs = 0
  #priorityShare = 0
  #limitPerMs = Number.POSITIVE_INFINITY
  #displacedBytes = 0
  #pushStartPages = 0
  #paging: DemandPaging | null = null
  #facts: MigrationFact[] = []

  constructor(plan: SimulatedMigrationPlan) {
    const { pages } = plan.memory.layout
    this.#plan = plan
    this.#transfer = new PageTransfer(plan.memory, plan.rules)
    this.#sending = new PageSet(pages)
    this.#sending.fill()
    this.#dirty = new PageSet(pages)
    this.#roundStart = { ...this.#roundStart, toSend: pages }
    const bytesPerMs = Math.max(plan.path.bytesPerMsAt(0), 1e-6)
    const passMs = (pages * (plan.rules.costs.first[0] ?? 0)) / bytesPerMs
    this.#sliceMs = Math.min(LONGEST_SLICE_MS, Math.max(SHORTEST_SLICE_MS, passMs / SLICES_PER_PASS))
    this.#reportMs = passMs / REPORTS_PER_PASS
    this.#emit({ kind: 'started', memoryPages: pages, linkBytesPerSecond: bytesPerMs * 1000 })
  }

  get ended(): boolean {
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
    return this.#displacedBytes
  }

  /** Gives a command; false when it comes too late or says nothing new. */
  control(command: SimulatedCommand): boolean {
    const live = this.#phase === 'live' || this.#phase === 'waiting'
    switch (command.kind) {
      case 'page-order':
        this.#transfer.rewind(command.order)
        return !this.ended
      case 'throttle':
        this.#speed = command.speed
        return live
      case 'priority':
        this.#priorityShare = command.share
        return !this.ended
      case 'bandwidth':
        this.#limitPerMs =
          command.bytesPerSecond === null ? Number.POSITIVE_INFINITY : command.bytesPerSecond / 1000
        return !this.ended
    }
    if (!live) return false
    if (command.kind === 'cancel') {
      this.#phase = 'cancelled'
      this.#emit({ kind: 'cancelled' })
    } else if (command.kind !== 'continue') this.#pause(command.kind)
    return true
  }

  /** Goes on to the next report; returns what happened, oldest first. Empty once it has ended. */
  next(): readonly MigrationFact[] {
    while (this.#facts.length === 0 && !this.ended) this.#step()
    const facts = this.#facts
    this.#facts = []
    return facts
  }

  #step(): void {
    switch (this.#phase) {
      case 'live':
        return this.#stepLive()
      case 'waiting':
        return this.#wait(this.#runGuest, this.#beginRound)
      case 'pausing':
        return this.#wait(null, this.#ending === 'switch' ? this.#beginResume : this.#beginCopy)
      case 'copying':
        return this.#stepCopy()
      case 'resuming':
        return this.#wait(null, this.#resume)
      case 'post-copy':
        return this.#stepPostCopy()
    }
  }

  /** Bytes that the link carries in a slice from now. */
  #bytesIn(ms: number): number {
    const { path } = this.#plan
    const at = this.#elapsedMs + ms / 2
    const share = this.#priorityShare
    const perMs = Math.min(this.#limitPerMs, path.bytesPerMsAt(at, share))
    if (share > 0) this.#displacedBytes += Math.max(0, perMs - path.bytesPerMsAt(at)) * ms
    return perMs * ms
  }

  #runGuest = (ms: number): void => {
    const { memory, writesAt } = this.#plan
    memory.elapse(ms * this.#speed, writesAt(this.#elapsedMs + ms / 2))
    this.#slowedMs += ms * (1 - this.#speed)
  }

  #stepLive(): void {
    const ms = this.#sliceMs
    this.#runGuest(ms)
    const bytes = this.#bytesIn(ms)
    const unused = this.#transfer.send(this.#sending, this.#dirty, bytes)
    this.#pass(bytes > 0 ? ms * (1 - unused / bytes) : ms)
    if (this.#sending.size === 0) {
      this.#endRound()
      this.#phase = 'waiting'
      this.#leftMs = this.#plan.host.roundMs + this.#plan.path.plan.latencyMs
    } else if (this.#sinceReportMs >= this.#reportMs) this.#reportLive()
  }

  #endRound(): void {
    this.#plan.memory.harvest(this.#dirty)
    this.#reportRound(true)
  }

  #reportRound(live: boolean): void {
    const { ms, bytes, pages } = this.#roundStart
    this.#sinceReportMs = 0
    this.#emit({
      kind: 'round-ended',
      round: this.#round,
      live,
      sentPages: this.#transfer.pagesSent - pages,
      dirtiedPages: this.#dirty.size,
      bytesSent: this.#transfer.bytesSent - bytes,
      ms: this.#elapsedMs - ms,
    })
  }

  #reportLive(): void {
    this.#sinceReportMs = 0
    this.#emit({
      kind: 'round-progress',
      round: this.#round,
      sentPages: this.#transfer.pagesSent - this.#roundStart.pages,
      dirtiedPages: this.#dirty.size,
      remainingPages: this.#sending.size,
    })
  }

  #beginRound = (): void => {
    const emptied = this.#sending
    this.#sending = this.#dirty
    this.#dirty = emptied
    this.#dirty.clear()
    this.#round++
    this.#roundStart = {
      ms: this.#elapsedMs,
      bytes: this.#transfer.bytesSent,
      pages: this.#transfer.pagesSent,
      toSend: this.#sending.size,
    }
    this.#transfer.rewind()
    this.#phase = 'live'
  }

  /** Stops the guest: from here on what is dirty or unsent is all that is missing. */
  #pause(ending: 'switch' | 'stop-and-copy'): void {
    const { memory, host, random } = this.#plan
    const midRound = this.#phase === 'live'
    memory.harvest(this.#dirty)
    if (midRound) this.#reportRound(true)
    this.#dirty.addAll(this.#sending)
    for (let i = 0; i < Math.min(host.suspendDirtyPages, memory.layout.pages); i++) {
      const page = random.below(memory.layout.pages)
      memory.write(page)
      this.#dirty.add(page)
    }
    this.#ending = ending
    this.#pausedAtMs = this.#elapsedMs
    this.#emit({ kind: 'paused', remainingPages: this.#dirty.size })
    this.#phase = 'pausing'
    this.#leftMs = host.pauseMs
  }

  #beginCopy = (): void => {
    this.#beginRound()
    this.#phase = 'copying'
  }

  #stepCopy(): void {
    const ms = this.#sliceMs
    const bytes = this.#bytesIn(ms)
    const unused = this.#transfer.send(this.#sending, null, bytes)
    this.#pass(bytes > 0 ? ms * (1 - unused / bytes) : ms)
    if (this.#sending.size > 0) return
    this.#reportRound(false)
    this.#beginResume()
  }

  #beginResume = (): void => {
    this.#phase = 'resuming'
    this.#leftMs = this.#plan.host.resumeMs + this.#plan.path.roundTripMs()
  }

  #resume = (): void => {
    const { memory, path, vcpuCount, rules, random } = this.#plan
    const missing = this.#ending === 'switch' ? this.#dirty : this.#sending
    const pauseMs = this.#elapsedMs - this.#pausedAtMs
    this.#emit({ kind: 'resumed', pauseMs, remainingPages: missing.size })
    if (missing.size === 0) return this.#complete()
    this.#transfer.rewind()
    this.#pushStartPages = this.#transfer.pagesSent
    const { service } = rules
    const startMs = this.#elapsedMs
    const transfer = this.#transfer
    this.#paging = new DemandPaging({ memory, transfer, path, missing, vcpuCount, service, random, startMs })
    this.#phase = 'post-copy'
  }

  #stepPostCopy(): void {
    const paging = this.#paging
    if (paging === null) return
    const missing = this.#dirty
    const ms = this.#sliceMs
    const bytes = this.#bytesIn(ms)
    const writesPerSecond = this.#plan.writesAt(this.#elapsedMs + ms / 2)
    paging.run({ endMs: this.#elapsedMs + ms, writesPerSecond })
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
      pushedPages: this.#transfer.pagesSent - this.#pushStartPages - paging.faults,
      demandFaults: paging.faults,
      remainingPages: this.#dirty.size,
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

  /** Lets the rest of a fixed time pass, then goes on with `then`. */
  #wait(during: ((ms: number) => void) | null, then: () => void): void {
    during?.(this.#leftMs)
    this.#pass(this.#leftMs)
    this.#leftMs = 0
    then()
  }

  #pass(ms: number): void {
    this.#elapsedMs += ms
    this.#sinceReportMs += ms
  }

  #emit(fact: Timeless<MigrationFact>): void {
    this.#facts.push({ ...fact, atMs: this.#plan.startedAtMs + this.#elapsedMs } as MigrationFact)
  }
}
