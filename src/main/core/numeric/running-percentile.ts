/** Readings after which the percentile is worked out anew: sorting at each would cost more than all else of a tick. */
const EVERY = 60

interface Options {
  /** Readings that count: the newest. */
  readonly kept: number
  /** Fewer readings than this tell nothing. */
  readonly needed: number
  /** The share of the readings that lies below the percentile, 0..1. */
  readonly share: number
  /** Figures that are read together are worked out at different times where this differs. */
  readonly turn: number
}

/** A percentile of the newest readings of one figure, at most 60 readings behind; null while there are too few. */
export class RunningPercentile {
  readonly #options: Options
  readonly #kept: Float32Array
  #count = 0
  #value: number | null = null

  constructor(options: Options) {
    this.#options = options
    this.#kept = new Float32Array(options.kept)
  }

  get value(): number | null {
    return this.#value
  }

  add(value: number): void {
    const { needed, share, turn } = this.#options
    this.#kept[this.#count % this.#kept.length] = value
    this.#count++
    if (this.#count < needed || (this.#count + turn) % EVERY !== 0) return
    const sorted = this.#kept.slice(0, this.#count).sort()
    this.#value = sorted[Math.floor(sorted.length * share)] ?? null
  }
}
