/** Two clocks that nobody sets come apart by less: quartz is off by some 20 ppm. */
const MOST_DRIFT = 1e-4
/** What comes so much later than others did was held up, or a clock was set: when it was heard is all that is known. */
const MOST_DELAY_MS = 1_000
/** Delays alone may come to that, and hosts that keep their time differ by less: what is told is then nearer than what is heard. */
const SAME_CLOCK_MS = 20

/**
 * The clock of a QEMU's host, by what is heard from there: what is told is old when it arrives, so what came quickest tells
 * best how far that clock is off. Times of two hosts can then be taken from each other.
 */
export class HostClock {
  #leastMs = Number.POSITIVE_INFINITY
  #heardAtMs = 0

  /** By our clock, when that was what happened at `toldMs` of the host's and was heard of at `heardMs`; ms since the epoch. */
  ours(toldMs: number, heardMs: number): number {
    // A host whose clock fails tells no time.
    if (Number.isNaN(toldMs)) return heardMs
    const lateMs = heardMs - toldMs
    const driftMs = Math.abs(heardMs - this.#heardAtMs) * MOST_DRIFT
    const leastMs = Math.min(this.#leastMs + driftMs, lateMs)
    this.#leastMs = lateMs - leastMs > MOST_DELAY_MS ? lateMs : leastMs
    this.#heardAtMs = heardMs
    return Math.abs(this.#leastMs) <= SAME_CLOCK_MS ? toldMs : toldMs + this.#leastMs
  }
}
