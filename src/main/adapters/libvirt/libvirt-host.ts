import { Failure, type FailureReport, isAbort, reportOf } from '../../../shared/failure.ts'
import type { Clock } from '../../ports/clock.ts'
import type { DirtyRateReading } from '../../ports/hypervisor.ts'
import { readDirtyPages } from './dirty-pages.ts'
import type { Domain } from './domain.ts'
import { lookCommands, readLook } from './look.ts'
import { runVirsh } from './run-virsh.ts'
import { type RunningSpan, runningSpans } from './running-spans.ts'

/** The domains of a host at a moment. */
export interface Look {
  readonly atMs: number
  readonly domains: readonly Domain[]
  /** While each that runs is sure to have run, by UUID. */
  readonly running: ReadonlyMap<string, RunningSpan>
}

/** Looks begin so far apart; where one takes long, as over ssh, virsh rests as long as it ran. */
const LOOK_MS = 1_000
/** What was seen is shown for so long while nothing can be read. A guess. */
const MOST_AGE_MS = 30_000
const REST_PER_LOOK = 1

interface Parts {
  readonly uri: string
  readonly clock: Clock
}

/** The VMs of one libvirt, looked at again and again, and never acted on. */
export class LibvirtHost {
  readonly uri: string
  readonly #clock: Clock
  readonly #closing = new AbortController()
  readonly #first = Promise.withResolvers<void>()
  readonly #running: Promise<void>
  #latest: Look | undefined
  #previous: Look | undefined
  #failure: FailureReport | null = null
  #reading: Promise<unknown> = Promise.resolve()

  constructor({ uri, clock }: Parts) {
    this.uri = uri
    this.#clock = clock
    this.#running = this.#follow()
  }

  /** Undefined while libvirt cannot be asked. */
  get latest(): Look | undefined {
    return this.#latest
  }

  /** The look before the latest. */
  get previous(): Look | undefined {
    return this.#previous
  }

  get failure(): FailureReport | null {
    return this.#failure
  }

  /** Resolves when libvirt has been asked once. */
  asked(): Promise<void> {
    return this.#first.promise
  }

  /** One domain after the other: each reading takes a core of the host while it compares pages. */
  readDirtyRate(domain: Domain, windowMs: number, signal: AbortSignal): Promise<DirtyRateReading> {
    const ending = AbortSignal.any([signal, this.#closing.signal])
    const read = async (): Promise<DirtyRateReading> => {
      ending.throwIfAborted()
      const around = { uri: this.uri, clock: this.#clock }
      const pages = await readDirtyPages(around, { domain, seconds: wholeSeconds(windowMs) }, ending)
      return { pages, windowMs, atMs: this.#clock.now() }
    }
    const reading = this.#reading.then(read)
    this.#reading = reading.catch(() => undefined)
    return reading
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([this.#running, this.#reading])
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const beganMs = this.#clock.now()
      await this.#look(signal)
      this.#first.resolve()
      if (signal.aborted) return
      const tookMs = Math.max(0, this.#clock.now() - beganMs)
      await this.#clock
        .wait(Math.max(LOOK_MS - tookMs, REST_PER_LOOK * tookMs), signal)
        .catch(() => undefined)
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    try {
      // A domain that does not answer for its job holds up all others: after that nobody is asked for one.
      const known = this.#failure === null ? (this.#latest?.domains ?? []) : []
      const active = known.filter(({ powerState }) => powerState !== 'halted')
      const commands = lookCommands(active.map(({ uuid }) => uuid))
      const beganMs = this.#clock.now()
      const domains = readLook(await runVirsh({ uri: this.uri, access: 'read', commands }, signal))
      const atMs = this.#clock.now()
      // Nobody saw what ran while it could not be looked.
      const before = this.#failure === null ? this.#latest?.running : undefined
      const running = runningSpans(before ?? new Map(), domains, { beganMs, endedMs: atMs })
      this.#previous = this.#latest
      this.#latest = { atMs, domains, running }
      this.#failure = null
    } catch (error) {
      if (isAbort(error)) return
      if (this.#latest !== undefined && this.#clock.now() - this.#latest.atMs > MOST_AGE_MS) {
        this.#latest = undefined
        this.#previous = undefined
      }
      const what = `The VMs of libvirt at ${this.uri} were not read`
      this.#failure = reportOf(error, { what, remedy: 'Try virsh list --all by hand.' })
    }
  }
}

const wholeSeconds = (windowMs: number): number => {
  const seconds = windowMs / 1000
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 60) return seconds
  throw new Failure({
    code: 'unsupported',
    message: `libvirt measures dirty rates over 1 to 60 whole seconds, not over ${windowMs} ms.`,
    remedy: 'Ask for whole seconds.',
  })
}
