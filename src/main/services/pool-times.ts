import type { Clock } from '../ports/clock.ts'

/**
 * The time of each migration's pool between its events: they are dated by it, and so is what happens to the migration
 * here. An event is old when it arrives, so the one that was quickest tells best.
 */
export class PoolTimes {
  readonly #clock: Clock
  /** How far each pool is ahead of the clock here, ms. */
  readonly #aheadMs = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Something of pool time `atMs` was told just now. */
  hear(id: string, atMs: number): void {
    const aheadMs = atMs - this.#clock.now()
    this.#aheadMs.set(id, Math.max(aheadMs, this.#aheadMs.get(id) ?? aheadMs))
  }

  /** Pool time, ms since the epoch; the clock here before anything was heard. */
  now(id: string): number {
    return this.#clock.now() + (this.#aheadMs.get(id) ?? 0)
  }
}
