import { errorText, Failure } from '../../../shared/failure.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../../shared/model/migration-event.ts'
import type { Clock } from '../../ports/clock.ts'
import { Bell } from '../system/bell.ts'
import { assertRevocable, controlOrder, tooLate } from './control-order.ts'
import { EventBook } from './event-book.ts'
import type { GuestProbe } from './guest-probe.ts'
import type { GuestPulse } from './guest-pulse.ts'
import { judgeSilence, lostFromSight } from './judge-silence.ts'
import { beginMigration, type MigrationPlan } from './migration-setup.ts'
import {
  type Story,
  storyOf,
  type Telling,
  tellCompleted,
  tellLive,
  tellPaused,
  tellResumed,
  tellStarted,
  tellTail,
  type Unnumbered,
} from './migration-story.ts'
import {
  isHandedOver,
  type MigrationInfo,
  migrationInfo,
  order,
  type RamCounters,
  runState,
  withoutZeros,
} from './qmp-commands.ts'
import type { QmpEvent } from './qmp-socket.ts'
import { type Ends, type Here, reconnect, settleAtDestination, settleAtSource } from './settle-vm.ts'
import { Silence } from './silence.ts'

interface Around extends Ends {
  readonly here: Here
  readonly clock: Clock
  /** The guest's heartbeat, where one is heard. */
  readonly pulse: Pick<GuestPulse, 'mark' | 'gapsSinceMark' | 'close'> | null
  /** What asks the guest's address, where one is known. */
  readonly probe?: Pick<GuestProbe, 'measure' | 'close'> | undefined
  /** Pages of zeros in the guest's memory when it begins, where they were counted: those left cost next to nothing. */
  readonly zeroPages?: number
  /** What an earlier run was told of it; nothing for one that begins. */
  readonly past?: readonly HostMigrationEvent[]
  /** Called with each event before anybody else hears of it. */
  readonly onEvent?: (event: HostMigrationEvent) => void
}

/** As often as QEMU lets itself be counted: its limits act in windows of 100 ms. */
const POLL_MS = 100
/** A source that cannot be asked for so long has ended, or its host has. */
const SILENCE_MS = 3_000
/** Longer than any pause: who cannot be asked for so long is given up, unless the source waits to be resumed. A guess. */
const LOST_MS = 600_000
/** Between two attempts to mend a broken post-copy. */
const RECOVERY_MS = 1_000

const isRefusal = (error: unknown): boolean => error instanceof Failure && error.code === 'refused'

type End = 'source' | 'destination'
interface Happened {
  readonly at: End
  readonly event: QmpEvent
}

/** One migration between two QEMU processes, told as it goes; decisions come from outside, as commands. */
export class QemuMigration {
  readonly #around: Around
  #plan: MigrationPlan
  readonly #book: EventBook
  readonly #stirred = new Bell()
  readonly #inbox: Happened[] = []
  readonly #closing = new AbortController()
  readonly #deafen: readonly (() => void)[]
  #story: Story
  #last: RamCounters | null = null
  /** Of the source, as it last said. */
  #status = 'none'
  readonly #silence = new Silence()
  #recoveredAtMs = 0
  #isCancelled = false
  #isSwitching = false
  #isWoken = false
  /** Whether the guest has stood still at its source, for whatever reason. */
  #hasStood = false
  /** The opening of the source's line in which all of this was heard; null where somebody else began it. */
  #heardIn: number | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(plan: MigrationPlan, around: Around) {
    this.#plan = plan
    this.#around = around
    this.#book = new EventBook(around.past, around.onEvent)
    this.#story = storyOf(around.past ?? [])
    const hear = (at: End) => (event: QmpEvent) => {
      if (at === 'source' && event.name === 'STOP') this.#hasStood = true
      this.#inbox.push({ at, event })
      this.#stirred.ring()
    }
    this.#deafen = [around.source.onEvent(hear('source')), around.destination.onEvent(hear('destination'))]
  }

  /** Throws a Failure when it cannot begin; the VM then runs at its source as before. */
  async start(): Promise<void> {
    try {
      this.#plan = await beginMigration(this.#around, this.#plan)
    } catch (error) {
      this.#letGo()
      throw error
    }
    this.#heardIn = this.#around.source.openings
    this.follow()
  }

  /** Goes on with a migration that was begun by somebody else. */
  follow(): void {
    this.#running = this.#follow()
  }

  /** Resolves when nothing follows it any more: it has ended, or was closed. */
  get followed(): Promise<void> {
    return this.#running
  }

  /** How it ended; null while it has not. */
  get ending(): EventBook['ending'] {
    return this.#book.ending
  }

  /** What it goes by: once it has begun without a switch where its destination takes none. */
  get plan(): MigrationPlan {
    return this.#plan
  }

  /** The source's counters as last read. */
  get counters(): RamCounters | null {
    return this.#last
  }

  watch(afterSequence: number, signal: AbortSignal): AsyncGenerator<HostMigrationEvent> {
    return this.#book.watch(afterSequence, signal)
  }

  /** Throws `conflict` when it comes too late. */
  async control(command: MigrationCommand): Promise<void> {
    const asked = controlOrder(command, this.#plan)
    if (asked === null) return
    if (this.ending !== null || this.#story.pausedAtMs !== null) throw tooLate(command.kind)
    if (command.kind === 'cancel') await this.#assertRevocable()
    const isStop = command.kind === 'stop-and-copy'
    // Before it is told: the pass may end while the answer is on its way.
    if (isStop) this.#story = { ...this.#story, isStopping: true }
    const isSwitch = command.kind === 'switch'
    if (isSwitch) this.#isSwitching = true
    await this.#around.source.ask(asked).catch((error: unknown) => {
      if (isStop) this.#story = { ...this.#story, isStopping: false }
      if (isSwitch && isRefusal(error)) this.#isSwitching = false
      throw error
    })
    if (command.kind === 'cancel') this.#isCancelled = true
  }

  async #assertRevocable(): Promise<void> {
    await assertRevocable(this.#around.source)
    // QEMU says `active` for a moment after it has taken a switch.
    if (this.#isSwitching) throw tooLate('cancel')
  }

  /** Stops following it; the migration itself goes on. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#running
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing
    while (this.ending === null && !signal.aborted) {
      try {
        const happened = this.#inbox.shift()
        if (happened === undefined) {
          await this.#look()
          await this.#pause(signal)
        } else await this.#take(happened)
        // A source that waits to be resumed answers, and proves nothing of the destination.
        if (this.#status !== 'postcopy-paused') this.#silence.end()
      } catch (error) {
        if (signal.aborted) break
        await this.#outOfTouch(error)
      }
    }
    this.#letGo()
  }

  /** Hears nothing any more of either end or of the guest. */
  #letGo(): void {
    for (const stop of this.#deafen) stop()
    this.#around.pulse?.close()
    this.#around.probe?.close()
    this.#book.close()
  }

  /** Until the next look is due or something happens. */
  async #pause(signal: AbortSignal): Promise<void> {
    if (this.#inbox.length > 0 || this.ending !== null) return
    const over = new AbortController()
    const waking = AbortSignal.any([signal, over.signal])
    await Promise.race([
      this.#stirred.wait(waking).catch(() => undefined),
      this.#around.clock.wait(POLL_MS, waking).catch(() => undefined),
    ])
    over.abort()
  }

  async #take({ at, event: { name, atMs } }: Happened): Promise<void> {
    if (at === 'destination') {
      if (name === 'RESUME') await this.#resumed(atMs)
    } else if (name === 'MIGRATION_PASS' || name === 'STOP') {
      await this.#count()
      // An administrator or a backup may stop the guest as well, and let it go on.
      const isLeaving = name === 'STOP' && isHandedOver(await this.#around.source.ask(runState))
      this.#report(atMs, isLeaving ? tellPaused : tellLive)
    }
  }

  async #count(): Promise<MigrationInfo> {
    const info = await this.#around.source.ask(migrationInfo)
    this.#status = info.status
    if (info.ram === null) return info
    const ram = withoutZeros(info.ram, this.#around.zeroPages ?? 0)
    this.#last = ram
    return { ...info, ram }
  }

  #report(atMs: number, tell: typeof tellLive): void {
    if (this.#last === null || this.#last.syncs === 0) return
    const { linkBytesPerSecond } = this.#plan
    this.#tell(tellStarted(this.#story, this.#last, { atMs, linkBytesPerSecond }))
    this.#tell(tell(this.#story, this.#last, atMs))
  }

  async #resumed(atMs: number): Promise<void> {
    const { status, ram } = await this.#count()
    if (ram === null) return
    this.#around.pulse?.mark()
    const switched = status.startsWith('postcopy') || ram.postCopyBytes > 0
    this.#tell(tellResumed(this.#story, ram, { atMs, switched }))
  }

  /** Asks the source how it stands; what has happened meanwhile is taken first. */
  async #look(): Promise<void> {
    const info = await this.#count()
    if (this.#inbox.length > 0) return
    const atMs = this.#around.clock.now()
    switch (info.status) {
      case 'active':
        this.#report(atMs, tellLive)
        return
      case 'postcopy-active':
        this.#tellTail(atMs)
        return
      case 'postcopy-paused':
        await this.#recover(atMs)
        return
      case 'completed':
        await this.#complete(atMs)
        return
      case 'cancelled':
        await this.#stayed({ kind: 'cancelled', atMs })
        return
      case 'failed':
      case 'none':
        await this.#fail(atMs, info.why)
    }
  }

  #tellTail(atMs: number): void {
    if (this.#last === null) return
    const heartbeat = this.#around.pulse?.gapsSinceMark ?? null
    this.#tell(tellTail(this.#story, this.#last, { atMs, heartbeat }))
  }

  async #complete(atMs: number): Promise<void> {
    const { source, destination, pulse } = this.#around
    // What has completed then is an earlier one, by which the VM came here: this one was never begun.
    if (this.#story.startedAtMs === null && (await source.ask(runState)).running)
      return this.#fail(atMs, null)
    const { blockedMs } = await destination.ask(migrationInfo)
    const stands = await destination.ask(runState)
    // What the destination said on its way is older than its answer.
    if (this.#inbox.length > 0 || this.#last === null) return
    if (this.#story.resumedAtMs === null) {
      if (!stands.running) return this.#arriveStill(atMs, stands.status)
      await this.#resumed(atMs)
    }
    if (this.#story.resumedAtMs !== null && this.#last.postCopyBytes > 0) this.#tellTail(atMs)
    const heartbeat = pulse?.gapsSinceMark ?? null
    const probes = (await this.#around.probe?.measure()) ?? null
    this.#tell(tellCompleted(this.#story, this.#last, { atMs, blockedMs, heartbeat, probes }))
  }

  /** All is at the destination, and the guest has not run there: it goes on where the hand-over alone had stopped it. */
  async #arriveStill(atMs: number, status: string): Promise<void> {
    // It has taken everything, and is about to begin.
    if (status === 'inmigrate') return
    if (status === 'paused' && this.#story.pausedAtMs !== null && !this.#isWoken) {
      this.#isWoken = true
      await this.#around.destination.ask(order('cont'))
      return
    }
    const reason =
      status === 'paused'
        ? 'The VM is at the destination and stands still, as it was paused on its way: cont lets it go on.'
        : `The VM is at the destination and stands still there: QEMU says ${status}.`
    this.#book.add([{ kind: 'failed', atMs, reason, vmRunsAt: 'destination' }])
  }

  /** Whether the guest may run at the destination: it has stood still at its source, or nobody listened for that all the time. */
  #mayHaveLeft(): boolean {
    return this.#hasStood || this.#around.source.openings !== this.#heardIn
  }

  async #stayed(ending: Unnumbered): Promise<void> {
    await settleAtSource(this.#around, this.#mayHaveLeft() ? 'may-have-left' : 'never-left')
    this.#book.add([ending])
  }

  async #fail(atMs: number, why: string | null): Promise<void> {
    // One that is cancelled while it connects says that it failed.
    if (this.#isCancelled && this.#story.pausedAtMs === null) return this.#stayed({ kind: 'cancelled', atMs })
    const reason = why === null ? 'QEMU gave the migration up.' : `QEMU gave the migration up: ${why}.`
    const { destination } = this.#around
    if (this.#story.resumedAtMs === null || !(await destination.ask(runState)).running)
      return this.#stayed({ kind: 'failed', atMs, reason, vmRunsAt: 'source' })
    await settleAtDestination(this.#around)
    this.#book.add([{ kind: 'failed', atMs, reason, vmRunsAt: 'destination' }])
  }

  async #recover(atMs: number): Promise<void> {
    // Either way: a clock that was set back must not put the next attempt off.
    if (Math.abs(atMs - this.#recoveredAtMs) < RECOVERY_MS) return
    this.#recoveredAtMs = atMs
    await reconnect(this.#around, this.#plan.uri)
  }

  /** Nothing could be asked: for a moment, or for good. */
  async #outOfTouch(error: unknown): Promise<void> {
    const { clock } = this.#around
    const { signal } = this.#closing
    const silentMs = this.#silence.goOn(clock.now())
    if (!isRefusal(error) && silentMs > SILENCE_MS) {
      const heard = { hasArrived: this.#story.resumedAtMs !== null, why: errorText(error) }
      const verdict =
        (await judgeSilence(this.#around, heard)) ??
        (silentMs > LOST_MS && this.#status !== 'postcopy-paused' ? lostFromSight(heard.why) : null)
      if (verdict !== null) {
        this.#book.add([{ ...verdict, atMs: clock.now() }])
        return
      }
    }
    await clock.wait(POLL_MS, signal).catch(() => undefined)
  }

  #tell({ story, events }: Telling): void {
    this.#story = story
    this.#book.add(events)
  }
}
