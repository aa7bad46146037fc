import type { Clock } from '../../ports/clock.ts'

/** Server time is told in whole seconds. */
const TELLING_MS = 1000
/** A step back longer than that is a clock that was set, not our estimate getting better. */
const LONGEST_STEP_BACK_MS = 60_000

/**
 * The pool's time, from what `host.get_servertime` says now and then. Each answer bounds the offset to ours from both
 * sides; the bounds are cut with the earlier ones, so that repeated answers find it finer than the second they tell.
 */
export class PoolClock {
  readonly #clock: Clock
  #scale = 1
  // Pool time is within [scale * local + low, scale * local + high].
  #low = Number.NEGATIVE_INFINITY
  #high = Number.POSITIVE_INFINITY
  #fresh = true
  #last = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether what was observed still holds: nothing yet, or another scale since. */
  get needsObservation(): boolean {
    return this.#fresh
  }

  /** How far apart the bounds are, ms of pool time. */
  get uncertaintyMs(): number {
    return this.#high - this.#low
  }

  /** Our ms until, by the middle of the bounds, the pool's second turns: an answer then halves the bounds. */
  msToNextSecond(): number {
    const middle = this.#scale * this.#clock.now() + (this.#low + this.#high) / 2
    return (TELLING_MS - (((middle % TELLING_MS) + TELLING_MS) % TELLING_MS)) / this.#scale
  }

  /** Seconds of pool time in one second here. */
  setScale(scale: number): void {
    if (scale === this.#scale) return
    const shift = (this.#scale - scale) * this.#clock.now()
    this.#scale = scale
    this.#low += shift
    this.#high += shift
    this.#fresh = true
  }

  /** The server said `serverMs` at some moment between the local `beforeMs` and `afterMs`. */
  observe(serverMs: number, { beforeMs, afterMs }: { beforeMs: number; afterMs: number }): void {
    const low = serverMs - this.#scale * afterMs
    const high = serverMs + TELLING_MS - this.#scale * beforeMs
    const disagrees = low > this.#high || high < this.#low
    const restart = this.#fresh || disagrees
    this.#low = restart ? low : Math.max(low, this.#low)
    this.#high = restart ? high : Math.min(high, this.#high)
    this.#fresh = false
  }

  /** Pool time, ms since the epoch; never goes back by less than a minute. */
  now(): number {
    const local = this.#scale * this.#clock.now()
    const known = Number.isFinite(this.#low) && Number.isFinite(this.#high)
    const now = Math.round(local + (known ? (this.#low + this.#high) / 2 : 0))
    this.#last = this.#last - now > LONGEST_STEP_BACK_MS ? now : Math.max(now, this.#last)
    return this.#last
  }
}

/** `20261120T20:00:00Z`, as XenAPI writes it, or ISO 8601 proper, as ms since the epoch. */
export const parseXenTime = (text: unknown): number | undefined => {
  if (typeof text !== 'string') return undefined
  const ms = Date.parse(text.replace(/^(\d{4})(\d{2})(\d{2})T/, '$1-$2-$3T'))
  return Number.isFinite(ms) ? ms : undefined
}
