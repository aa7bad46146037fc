import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { PoolView } from './inventory.ts'
import { type PoolClock, parseXenTime } from './pool-clock.ts'
import type { XenSession } from './session.ts'

const CALL_TIMEOUT_MS = 10_000
/** As often as XenCenter asks, in pool time, and at most once a second here. */
const INTERVAL_POOL_MS = 15_000
const LEAST_INTERVAL_MS = 1_000
/** Known better than that, a reading's age is right to a tenth of a second. */
const FINE_MS = 100
/** Each question at the right moment halves what is not known: five make a second into 32 ms. */
const MOST_QUESTIONS = 6

/** Keeps a pool's clock by asking its master for the time. */
export class ClockSync {
  readonly #session: XenSession
  readonly #clock: Clock
  readonly #poolClock: PoolClock
  readonly #log: Log
  readonly #closing = new AbortController()
  #askedAtMs = Number.NEGATIVE_INFINITY
  #refining: Promise<void> | undefined

  constructor(parts: { session: XenSession; clock: Clock; poolClock: PoolClock; log: Log }) {
    this.#session = parts.session
    this.#clock = parts.clock
    this.#poolClock = parts.poolClock
    this.#log = parts.log
  }

  /** Resolves when the pool's time is known well enough; asks the server only when it is due. */
  async ensure(view: PoolView, signal: AbortSignal): Promise<void> {
    const { pool } = view.inventory
    this.#poolClock.setScale(pool.timeScale)
    const everyMs = Math.max(LEAST_INTERVAL_MS, INTERVAL_POOL_MS / pool.timeScale)
    if (!this.#poolClock.needsObservation && this.#clock.now() - this.#askedAtMs < everyMs) return
    const master = view.hostRefs.get(pool.masterHostId)
    if (master === undefined) return
    await this.#ask(master, signal)
    if (this.#poolClock.uncertaintyMs <= FINE_MS || this.#refining !== undefined) return
    this.#refining = this.#refine(master)
      // What ails the connection is told by those who wait for an answer.
      .catch(() => undefined)
      .finally(() => {
        this.#refining = undefined
      })
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#refining
  }

  /** Asks again just when the second may turn, until the time is known finely. */
  async #refine(master: string): Promise<void> {
    const { signal } = this.#closing
    for (let asked = 0; asked < MOST_QUESTIONS && this.#poolClock.uncertaintyMs > FINE_MS; asked++) {
      await this.#clock.wait(this.#poolClock.msToNextSecond(), signal)
      await this.#ask(master, signal)
    }
  }

  async #ask(master: string, signal: AbortSignal): Promise<void> {
    const beforeMs = this.#clock.now()
    const answer = await this.#session.call('host.get_servertime', [master], {
      signal,
      timeoutMs: CALL_TIMEOUT_MS,
    })
    const afterMs = this.#clock.now()
    this.#askedAtMs = afterMs
    const serverMs = parseXenTime(answer)
    if (serverMs === undefined) this.#log.warn('the server tells a time that cannot be read')
    else this.#poolClock.observe(serverMs, { beforeMs, afterMs })
  }
}
