import { PageSet } from '../numeric/page-set.ts'

/** Write figures by region, as `docs/host-plugin.md` describes `page_heat`. Arrays have one entry per region. */
export interface HeatReading {
  readonly regionPages: number
  readonly totalPages: number
  readonly frequency: Float32Array
  readonly locality: Float32Array
  readonly recency: Float32Array
}

const FINEST_REGIONS = 65_536
/** Time constant of the decayed write counts, and of recency, ms (guess: the last seconds). */
const MEMORY_MS = 4000
const RECENCY_MS = 10_000
const WINDOW_MS = 1000

/** Counts the writes to a guest's memory by region, newer writes weighing more. */
export class WriteHeat {
  readonly #pages: number
  readonly #shift: number
  readonly #counts: Float32Array
  readonly #lastMs: Float64Array
  readonly #seen: PageSet
  #touched: Uint32Array
  #touchedBefore: Uint32Array
  #weightSeconds = 0
  #nowMs = 0
  #windowMs = 0

  constructor(pages: number) {
    this.#pages = pages
    this.#shift = Math.max(0, Math.ceil(Math.log2(pages / FINEST_REGIONS)))
    const regions = Math.ceil(pages / 2 ** this.#shift)
    this.#counts = new Float32Array(regions)
    this.#lastMs = new Float64Array(regions).fill(Number.NEGATIVE_INFINITY)
    this.#touched = new Uint32Array(regions)
    this.#touchedBefore = new Uint32Array(regions)
    this.#seen = new PageSet(pages)
  }

  note(page: number): void {
    const region = page >>> this.#shift
    this.#counts[region] = (this.#counts[region] ?? 0) + 1
    this.#lastMs[region] = this.#nowMs
    if (this.#seen.add(page)) this.#touched[region] = (this.#touched[region] ?? 0) + 1
  }

  elapse(ms: number): void {
    this.#nowMs += ms
    this.#windowMs += ms
    this.#weightSeconds += ms / 1000
    if (this.#windowMs < WINDOW_MS) return
    const kept = Math.exp(-this.#windowMs / MEMORY_MS)
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i] = (this.#counts[i] ?? 0) * kept
    this.#weightSeconds *= kept
    this.#windowMs = 0
    const spare = this.#touchedBefore
    this.#touchedBefore = this.#touched
    this.#touched = spare.fill(0)
    this.#seen.clear()
  }

  /** Folds the figures into at most `maxRegions` equal regions; the last may be shorter. */
  read(maxRegions: number): HeatReading {
    const fold = Math.ceil(this.#counts.length / maxRegions)
    const regionPages = fold * 2 ** this.#shift
    const regions = Math.ceil(this.#pages / regionPages)
    const pagesIn = (region: number) =>
      region < 0 || region >= regions ? 0 : Math.min(regionPages, this.#pages - region * regionPages)
    const frequency = new Float32Array(regions)
    const recency = new Float32Array(regions)
    const touched = new Float64Array(regions)
    for (let fine = 0; fine < this.#counts.length; fine++) {
      const region = Math.floor(fine / fold)
      frequency[region] = (frequency[region] ?? 0) + (this.#counts[fine] ?? 0)
      const written = Math.max(this.#touched[fine] ?? 0, this.#touchedBefore[fine] ?? 0)
      touched[region] = (touched[region] ?? 0) + written
      const age = this.#nowMs - (this.#lastMs[fine] ?? Number.NEGATIVE_INFINITY)
      recency[region] = Math.max(recency[region] ?? 0, Math.exp(-age / RECENCY_MS))
    }
    const locality = new Float32Array(regions)
    for (let region = 0; region < regions; region++) {
      frequency[region] = (frequency[region] ?? 0) / Math.max(this.#weightSeconds, 1e-3) / pagesIn(region)
      const near = (touched[region - 1] ?? 0) + (touched[region] ?? 0) + (touched[region + 1] ?? 0)
      locality[region] = near / (pagesIn(region - 1) + pagesIn(region) + pagesIn(region + 1))
    }
    return { regionPages, totalPages: this.#pages, frequency, locality, recency }
  }
}
