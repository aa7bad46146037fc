/** Below this many pages/s an error is stated against this many: even an idle guest dirties 70 to 90 (Xen 4.17). */
const LEAST_PAGES = 100
/** Comparisons that count: the newest. A guess. */
const KEPT = 512
/** Fewer comparisons than this are no error to state. A guess. */
const NEEDED = 8

/** |estimate - measured| over what was measured; 1 is as far off as the rate itself. */
export const relativeError = (estimatedPages: number, measuredPages: number): number =>
  Math.abs(estimatedPages - measuredPages) / Math.max(LEAST_PAGES, measuredPages)

/** The relative errors of the newest estimates that could be compared with a reading, in a ring. */
export class RunningError {
  readonly #errors = new Float64Array(KEPT)
  #count = 0
  #median: number | undefined

  add(estimatedPages: number, measuredPages: number): void {
    this.#errors[this.#count % KEPT] = relativeError(estimatedPages, measuredPages)
    this.#count++
    this.#median = undefined
  }

  get count(): number {
    return this.#count
  }

  /** The median: half of the estimates were nearer than this. Undefined while there are too few. */
  get ratio(): number | undefined {
    if (this.#count < NEEDED) return undefined
    this.#median ??= medianOf(this.#errors.subarray(0, Math.min(this.#count, KEPT)))
    return this.#median
  }
}

const medianOf = (values: Float64Array): number => {
  const sorted = values.slice().sort()
  return sorted[sorted.length >> 1] ?? Number.NaN
}
