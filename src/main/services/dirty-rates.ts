import { type Measure, UNAVAILABLE } from '../../shared/model/measure.ts'

interface DirtyRate {
  readonly pagesPerSecond: number
  readonly atMs: number
  readonly origin: 'measured' | 'estimated'
}

/** The last dirty rate that was read of each VM, or that its migration told, carried on with its age. */
export class DirtyRates {
  readonly #rates = new Map<string, DirtyRate>()
  readonly #holdMs: number

  /** A rate older than `holdMs` says nothing about now. */
  constructor(holdMs: number) {
    this.#holdMs = holdMs
  }

  /** A reading that arrives after a newer one, as when a migration overtook it, changes nothing. */
  put(vmId: string, rate: DirtyRate): void {
    const known = this.#rates.get(vmId)
    if (known === undefined || known.atMs <= rate.atMs || known.atMs > rate.atMs + this.#holdMs)
      this.#rates.set(vmId, rate)
  }

  forget(vmId: string): void {
    this.#rates.delete(vmId)
  }

  at(vmId: string, nowMs: number): Measure {
    const rate = this.#rates.get(vmId)
    if (rate === undefined) return UNAVAILABLE
    const ageMs = Math.max(0, nowMs - rate.atMs)
    return ageMs > this.#holdMs ? UNAVAILABLE : { origin: rate.origin, value: rate.pagesPerSecond, ageMs }
  }
}
