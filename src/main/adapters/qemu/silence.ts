/**
 * For how long something has failed. That begins with the first failure, since a computer that slept has asked nobody
 * meanwhile, and begins anew when the clock is set back.
 */
export class Silence {
  #sinceMs: number | null = null

  end(): void {
    this.#sinceMs = null
  }

  /** It has failed again; tells for how long it does, ms. */
  goOn(nowMs: number): number {
    this.#sinceMs = Math.min(this.#sinceMs ?? nowMs, nowMs)
    return nowMs - this.#sinceMs
  }
}
