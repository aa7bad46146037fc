/** Period of the heartbeat that a guest prints, ms: 10 ms, as the guests that real migrations are measured with. */
export const HEARTBEAT_MS = 10

/**
 * A thread of the guest that beats every 10 ms on the first vCPU. A beat that falls into a time when that vCPU waits
 * comes when the wait ends.
 */
export class Heartbeat {
  #lastBeatMs: number
  #stallMs = 0
  #longestGapMs = 0

  constructor(startMs: number) {
    this.#lastBeatMs = startMs
  }

  /** Sum over gaps longer than twice the period, less one period each. */
  get stallMs(): number {
    return this.#stallMs
  }

  get longestGapMs(): number {
    return this.#longestGapMs
  }

  /** The first vCPU waited from `fromMs` to `toMs`; calls come in the order of time. */
  waited(fromMs: number, toMs: number): void {
    const beatsBefore = Math.floor((fromMs - this.#lastBeatMs) / HEARTBEAT_MS)
    const last = this.#lastBeatMs + Math.max(0, beatsBefore) * HEARTBEAT_MS
    if (last + HEARTBEAT_MS >= toMs) {
      this.#lastBeatMs = last
      return
    }
    const gap = toMs - last
    this.#longestGapMs = Math.max(this.#longestGapMs, gap)
    if (gap > 2 * HEARTBEAT_MS) this.#stallMs += gap - HEARTBEAT_MS
    this.#lastBeatMs = toMs
  }
}
