import { type FailureReport, reportOf } from '../../shared/failure.ts'
import type { CertificateQuestion } from '../../shared/model/certificate.ts'
import { CertificateFailure } from '../ports/certificate-failure.ts'
import type { Clock } from '../ports/clock.ts'
import type { Hypervisor, Inventory } from '../ports/hypervisor.ts'
import type { Log } from '../ports/log.ts'
import { reconnectDelayMs } from './reconnect-delay.ts'

/** A handshake sends nothing, so a server whose certificate blocks is looked at again: it may be put right there. */
const CERTIFICATE_RETRY_MS = 30_000

/** Why a connection does not stand, and when it is tried again; null: not by itself. */
export interface Outage {
  readonly failure: FailureReport
  readonly question: CertificateQuestion | null
  readonly retryAtMs: number | null
}

interface Parts {
  readonly name: string
  readonly connect: (signal: AbortSignal) => Promise<Hypervisor>
  readonly clock: Clock
  readonly log: Log
  readonly onInventory: (hypervisor: Hypervisor, inventory: Inventory) => void
  readonly onGone: () => void
  readonly onOutage: (outage: Outage) => void
}

/** Keeps one connection up until it is closed: connects, follows the inventory, and tries again when it is lost. */
export class ConnectionRun {
  readonly #parts: Parts
  readonly #abort = new AbortController()
  readonly #done: Promise<void>

  /** Begins when `before` has ended. */
  constructor(parts: Parts, before: Promise<void>) {
    this.#parts = parts
    this.#done = before.then(() => this.#run(this.#abort.signal))
  }

  /** Resolves when nothing of it is left. */
  close(): Promise<void> {
    this.#abort.abort()
    return this.#done
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    for (let failures = 0; !signal.aborted; ) {
      const startedMs = clock.now()
      let wasIn = false
      try {
        const hypervisor = await this.#parts.connect(signal)
        wasIn = true
        await this.#follow(hypervisor, signal)
      } catch (error) {
        if (signal.aborted) return
        failures = clock.now() - startedMs > 60_000 ? 1 : failures + 1
        const outage = this.#outageOf(error, { failures, wasIn })
        this.#parts.onOutage(outage)
        await this.#wait(outage.retryAtMs, signal)
      }
    }
  }

  /** One connection from log-in until it breaks. */
  async #follow(hypervisor: Hypervisor, signal: AbortSignal): Promise<void> {
    try {
      for await (const inventory of hypervisor.watchInventory(signal))
        this.#parts.onInventory(hypervisor, inventory)
    } finally {
      this.#parts.onGone()
      await hypervisor.close()
    }
  }

  #outageOf(error: unknown, { failures, wasIn }: { failures: number; wasIn: boolean }): Outage {
    const { name, clock, log } = this.#parts
    const failure = reportOf(error, {
      what: `The connection to ${name} stopped for a reason Longshore does not know`,
      remedy: 'It is tried again by itself; if it comes back, report it with the log.',
    })
    log.warn('connection lost', { connection: name, code: failure.code, why: failure.message })
    if (failure.code === 'internal') log.error('connection failed unforeseen', error)
    const question = error instanceof CertificateFailure ? error.question : null
    // Repeated wrong log-ins lock accounts. One that was in once had the right password: it may try again.
    if (failure.code === 'unauthenticated' && !wasIn) return { failure, question, retryAtMs: null }
    const delayMs = question ? CERTIFICATE_RETRY_MS : reconnectDelayMs(failures)
    return { failure, question, retryAtMs: clock.now() + delayMs }
  }

  async #wait(untilMs: number | null, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    if (untilMs !== null) return clock.wait(untilMs - clock.now(), signal).catch(() => {})
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
  }
}
