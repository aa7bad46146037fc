import type { ControlWord, MigrationCommand, PageOrder } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { Random } from '../numeric/random.ts'
import { checkConservation } from './conservation.ts'
import type { GuestMemory } from './guest-memory.ts'
import type { Link } from './link.ts'
import { PageRounds } from './page-rounds.ts'
import { PageSender } from './page-sender.ts'
import { pushRegions } from './page-walk.ts'
import { PostCopy } from './post-copy.ts'

type Unnumbered<E> = E extends unknown ? Omit<E, 'sequence'> : never
/** A HostMigrationEvent before its host has numbered it. */
export type MigrationFact = Unnumbered<HostMigrationEvent>
type Timeless<E> = E extends unknown ? Omit<E, 'atMs'> : never

export interface MigrationPlan {
  readonly guest: GuestMemory
  readonly vcpuCount: number
  readonly link: Link
  /**
   * `controlled`: after a live round waits up to `graceMs` for a command, and stops and copies after `maxLiveRounds`.
   * `xen`: never waits, and stops and copies at <= 50 dirty pages or after the fourth round, as xcp-emu-manager does.
   */
  readonly stopRule: 'controlled' | 'xen'
  readonly graceMs: number
  readonly maxLiveRounds: number
  /** Fixed part of a pause, ms: suspending, device models, resuming. */
  readonly handshakeMs: number
  /** Time of the start; the events carry times counted on from here. */
  readonly startedAtMs: number
  readonly random: Random
}

type Phase = 'live' | 'waiting' | 'copying' | 'resuming' | 'post-copy' | 'completed' | 'cancelled' | 'failed'
type Ending = 'switch' | 'stop-and-copy'

const XEN_STOP_PAGES = 50
const XEN_STOP_ROUNDS = 4
/** Device and CPU state that moves in every pause (guess: a few MiB, as QEMU's and Xen's device records are). */
const STATE_BYTES = 2 * 1024 * 1024
const PROGRESS_MS = 250
/** Guest and link take turns in steps of this length; shorter ones change no figure by 1 %. */
const QUANTUM_MS = 5

/**
 * One live migration, page by page. Round 1 sends every page, each later round those dirtied since the round before
 * began; a page that is dirtied again in the running round is sent all the same, now and in the next round.
 */
export class PageMigration {
  readonly #plan: MigrationPlan
  readonly #sender: PageSender
  readonly #rounds: PageRounds
  #phase: Phase = 'live'
  #waitLeftMs = 0
  #pauseMs = 0
  #resumeLeftMs = 0
  #ending: Ending = 'stop-and-copy'
  #asked: Exclude<ControlWord, 'cancel'> | null = null
  #postCopy: PostCopy | null = null
  #order: PageOrder | null = null
  #speed = 1
  #shareBytesPerSecond: number
  #isCut = false
  #limitBytesPerSecond = Number.POSITIVE_INFINITY
  #sinceProgressMs = 0
  #elapsedMs = 0
  #facts: MigrationFact[] = []

  constructor(plan: MigrationPlan) {
    const { guest, link } = plan
    this.#plan = plan
    this.#shareBytesPerSecond = link.bytesPerSecond
    this.#sender = new PageSender(guest.versions, link)
    this.#rounds = new PageRounds(guest.pages, this.#sender, link.roundTripMs)
    this.#emit({ kind: 'started', memoryPages: guest.pages, linkBytesPerSecond: link.bytesPerSecond })
  }

  get ended(): boolean {
    return this.#phase === 'completed' || this.#phase === 'cancelled' || this.#phase === 'failed'
  }

  get bytesSent(): number {
    return this.#sender.bytesSent
  }

  /** Whether the VM still runs at the source and a command is heard. */
  get controllable(): boolean {
    return this.#phase === 'live' || this.#phase === 'waiting'
  }

  /** Pages sent over pages sent and left, 0..1, as Xen's own progress; steps back when much is dirtied again. */
  get progress(): number {
    if (this.#phase === 'completed') return 1
    const sent = this.#sender.pagesSent
    return sent / (sent + this.#rounds.remainingPages + this.#rounds.dirty.size)
  }

  /** What it would send at most, bytes/s; 0 while it sends nothing. */
  get demandBytesPerSecond(): number {
    if (this.ended || this.#isCut) return 0
    return this.controllable ? this.#limitBytesPerSecond : Number.POSITIVE_INFINITY
  }

  /**
   * Its link is cut. As long as the source has all of the guest it goes on there and the move has failed; after a switch
   * the guest waits for its pages until the link is mended.
   */
  cut(): void {
    if (this.#phase === 'post-copy') this.#isCut = true
    else if (!this.ended) {
      this.#phase = 'failed'
      this.#emit({
        kind: 'failed',
        reason: 'The migration link between the hosts was cut.',
        vmRunsAt: 'source',
      })
    }
  }

  mend(): void {
    this.#isCut = false
  }

  /** What the link has for it from now on, beside what else it carries; bytes/s. */
  share(bytesPerSecond: number): void {
    this.#shareBytesPerSecond = bytesPerSecond
    this.#pace()
  }

  /**
   * Gives a command; false when it comes too late. `cancel`, `bandwidth` and `throttle` work at once, the others at the end of the
   * round.
   */
  control(command: MigrationCommand): boolean {
    if (!this.controllable) return false
    switch (command.kind) {
      case 'cancel':
        this.#phase = 'cancelled'
        this.#emit({ kind: 'cancelled' })
        break
      case 'bandwidth':
        this.#limitBytesPerSecond = command.bytesPerSecond ?? Number.POSITIVE_INFINITY
        this.#pace()
        break
      case 'page-order':
        this.#order = command
        this.#rounds.arrange(command)
        break
      case 'throttle':
        this.#speed = command.speed
        break
      case 'priority':
        return false
      default:
        if (this.#phase === 'live') this.#asked = command.kind
        else this.#obey(command.kind)
    }
    return true
  }

  /** A bound holds while the VM runs at the source: in the pause it would only make the pause longer. */
  #pace(): void {
    const most = this.controllable ? this.#limitBytesPerSecond : Number.POSITIVE_INFINITY
    this.#sender.pace(Math.min(this.#shareBytesPerSecond, most))
  }

  /** Lets `ms` pass with class i written `writesPerSecond[i]` times a second; returns what happened since the last call. */
  advance(ms: number, writesPerSecond: readonly number[]): readonly MigrationFact[] {
    let left = ms
    while (left > 1e-9 && !this.ended) {
      const used = this.#step(Math.min(left, QUANTUM_MS), writesPerSecond)
      left -= used
      this.#elapsedMs += used
      this.#sinceProgressMs += used
      this.#settle()
    }
    const facts = this.#facts
    this.#facts = []
    return facts
  }

  #step(ms: number, rates: readonly number[]): number {
    const { guest } = this.#plan
    switch (this.#phase) {
      case 'live': {
        const used = this.#rounds.step(ms)
        guest.run(used, this.#slowed(rates), this.#rounds.dirty)
        return used
      }
      case 'waiting': {
        const used = Math.min(ms, this.#waitLeftMs)
        guest.run(used, this.#slowed(rates), this.#rounds.dirty)
        this.#waitLeftMs -= used
        return used
      }
      case 'copying': {
        const used = this.#rounds.step(ms)
        guest.heat.elapse(used)
        this.#pauseMs += used
        return used
      }
      case 'resuming': {
        const used = Math.min(ms, this.#resumeLeftMs)
        guest.heat.elapse(used)
        this.#resumeLeftMs -= used
        this.#pauseMs += used
        return used
      }
      case 'post-copy':
        if (!this.#isCut) return this.#postCopy?.step(ms, rates) ?? ms
        this.#postCopy?.stall(ms)
        return ms
      default:
        return ms
    }
  }

  /** What the guest writes at the speed that it is left with. */
  #slowed(rates: readonly number[]): readonly number[] {
    return this.#speed === 1 ? rates : rates.map(rate => rate * this.#speed)
  }

  /** Ends the phase whose work is done, and reports. */
  #settle(): void {
    const roundDone = this.#rounds.isDone
    if (this.#phase === 'live' && roundDone) this.#endLiveRound()
    else if (this.#phase === 'waiting' && this.#waitLeftMs <= 1e-9) this.#startRound()
    else if (this.#phase === 'copying' && roundDone) {
      this.#reportRound(false)
      this.#beginResume()
    } else if (this.#phase === 'resuming' && this.#resumeLeftMs <= 1e-9) this.#resume()
    else if (this.#phase === 'post-copy' && this.#rounds.dirty.size === 0) this.#complete()
    else if (this.#sinceProgressMs >= PROGRESS_MS) this.#reportProgress()
  }

  #endLiveRound(): void {
    this.#reportRound(true)
    const { stopRule, maxLiveRounds, graceMs } = this.#plan
    if (stopRule === 'xen') {
      if (this.#rounds.dirty.size <= XEN_STOP_PAGES || this.#rounds.number >= XEN_STOP_ROUNDS)
        this.#pause('stop-and-copy')
      else this.#startRound()
    } else if (this.#asked !== null) this.#obey(this.#asked)
    else if (this.#rounds.number >= maxLiveRounds) this.#pause('stop-and-copy')
    else {
      this.#phase = 'waiting'
      this.#waitLeftMs = graceMs
    }
  }

  #obey(command: Exclude<ControlWord, 'cancel'>): void {
    this.#asked = null
    if (command === 'switch' || command === 'stop-and-copy') this.#pause(command)
    else if (this.#rounds.number >= this.#plan.maxLiveRounds) this.#pause('stop-and-copy')
    else this.#startRound()
  }

  #startRound(): void {
    this.#rounds.next()
    this.#phase = 'live'
  }

  #pause(ending: Ending): void {
    this.#emit({ kind: 'paused', remainingPages: this.#rounds.dirty.size })
    this.#ending = ending
    if (ending === 'stop-and-copy') {
      this.#rounds.next()
      this.#phase = 'copying'
    } else this.#beginResume()
    this.#pace()
  }

  #beginResume(): void {
    const { handshakeMs, link, guest } = this.#plan
    const bytes = STATE_BYTES + (this.#ending === 'switch' ? Math.ceil(guest.pages / 8) : 0)
    this.#sender.count(bytes)
    this.#resumeLeftMs = handshakeMs + link.roundTripMs + this.#sender.msFor(bytes)
    this.#phase = 'resuming'
  }

  #resume(): void {
    const { guest, vcpuCount, link, random } = this.#plan
    this.#emit({ kind: 'resumed', pauseMs: this.#pauseMs, remainingPages: this.#rounds.dirty.size })
    if (this.#rounds.dirty.size === 0) {
      this.#complete()
      return
    }
    const order = this.#order
    this.#sender.rewind(order && { regions: pushRegions(order), regionPages: order.regionPages })
    this.#postCopy = new PostCopy({
      guest,
      sender: this.#sender,
      link,
      missing: this.#rounds.dirty,
      vcpuCount,
      random,
    })
    this.#phase = 'post-copy'
  }

  #complete(): void {
    const { guest } = this.#plan
    const { destination, bytesSent } = this.#sender
    checkConservation(guest.versions, destination, this.#postCopy?.writes ?? 0)
    guest.adopt(destination)
    if (this.#postCopy !== null) this.#reportProgress()
    this.#phase = 'completed'
    this.#emit({
      kind: 'completed',
      totalMs: this.#elapsedMs,
      bytesSent,
      stallMs: this.#postCopy?.stallMs ?? 0,
    })
  }

  #reportRound(live: boolean): void {
    this.#sinceProgressMs = 0
    this.#emit({ kind: 'round-ended', live, ...this.#rounds.result() })
  }

  #reportProgress(): void {
    this.#sinceProgressMs = 0
    if (this.#phase === 'live' || this.#phase === 'copying')
      this.#emit({ kind: 'round-progress', ...this.#rounds.progress() })
    else if (this.#phase === 'post-copy' && this.#postCopy !== null) {
      const { pushedPages, demandFaults, stallMs } = this.#postCopy
      this.#emit({
        kind: 'post-copy-progress',
        pushedPages,
        demandFaults,
        remainingPages: this.#rounds.dirty.size,
        stallMs,
      })
    }
  }

  #emit(fact: Timeless<MigrationFact>): void {
    this.#facts.push({ ...fact, atMs: this.#plan.startedAtMs + this.#elapsedMs } as MigrationFact)
  }
}
