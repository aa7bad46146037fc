import { poisson } from '../numeric/poisson.ts'
import type { Random } from '../numeric/random.ts'
import type { HeatReading } from './observe-heat.ts'
import type { PageLayout, PageSpan } from './page-layout.ts'
import { uniquePages } from './write-process.ts'

/** Write figures by region, as `docs/host-plugin.md` describes `page_heat`. Arrays have one entry per region. */
export interface HeatFigures extends HeatReading {
  readonly locality: Float32Array
  readonly recency: Float32Array
}

/** What a guest does in a second. */
export interface WrittenSecond {
  readonly writesPerSecond: readonly number[]
  /** Where walks through sequential classes stand at its start, in passes made. */
  readonly places: readonly number[]
}

const FINEST_REGIONS = 65_536
/** What is kept of a count after a second, when counts fade with a time constant of 4 s (guess: the last seconds). */
const KEPT = Math.exp(-1 / 4)
const RECENCY_SECONDS = 10

/**
 * Counts the writes to a guest's memory by region, newer ones weighing more. It draws them second by second and region
 * by region from the classes of the layout, not write by write.
 */
export class WriteHeat {
  readonly #layout: PageLayout
  readonly #random: Random
  readonly #shift: number
  /** Pages of each class by region. */
  readonly #classPages: readonly Uint32Array[]
  readonly #counts: Float32Array
  readonly #lastSecond: Float64Array
  /** Pages written in the last second. */
  readonly #touched: Float32Array
  #weight = 0
  #seconds = 0

  constructor(layout: PageLayout, random: Random) {
    this.#layout = layout
    this.#random = random
    this.#shift = Math.max(0, Math.ceil(Math.log2(layout.pages / FINEST_REGIONS)))
    const regions = Math.ceil(layout.pages / 2 ** this.#shift)
    this.#counts = new Float32Array(regions)
    this.#lastSecond = new Float64Array(regions).fill(Number.NEGATIVE_INFINITY)
    this.#touched = new Float32Array(regions)
    this.#classPages = layout.spans.map(spans => {
      const pages = new Uint32Array(regions)
      for (const span of spans)
        this.#forRegions(span, (region, part) => {
          pages[region] = (pages[region] ?? 0) + part
        })
      return pages
    })
  }

  passSecond({ writesPerSecond, places }: WrittenSecond): void {
    this.#seconds++
    this.#weight = (this.#weight + 1) * KEPT
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i] = (this.#counts[i] ?? 0) * KEPT
    this.#touched.fill(0)
    for (const [index, { order, pages }] of this.#layout.classes.entries()) {
      const writes = writesPerSecond[index] ?? 0
      if (pages === 0 || writes <= 0) continue
      const place = ((places[index] ?? 0) % 1) * pages
      if (order.kind === 'sequential') this.#walk(index, Math.floor(place), Math.floor(place + writes))
      else this.#scatter(index, writes / pages)
    }
  }

  #scatter(index: number, writesPerPage: number): void {
    const classPages = this.#classPages[index] ?? []
    for (let region = 0; region < classPages.length; region++) {
      const pages = classPages[region] ?? 0
      if (pages === 0) continue
      const writes = poisson(pages * writesPerPage, this.#random)
      if (writes > 0) this.#note(region, writes, uniquePages(pages, writes))
    }
  }

  /** Writes the pages of a class one after the other, from place `from` to before `to`; after its last comes its first. */
  #walk(index: number, from: number, to: number): void {
    const pages = this.#layout.classes[index]?.pages ?? 0
    for (let passed = 0; passed < to; passed += pages) {
      let place = passed
      for (const { start, pages: length } of this.#layout.spans[index] ?? []) {
        const [first, last] = [Math.max(from, place), Math.min(to, place + length)]
        const span = { start: start + first - place, pages: last - first }
        if (first < last) this.#forRegions(span, (region, part) => this.#note(region, part, part))
        place += length
      }
    }
  }

  #note(region: number, writes: number, pages: number): void {
    this.#counts[region] = (this.#counts[region] ?? 0) + writes * KEPT
    this.#lastSecond[region] = this.#seconds
    this.#touched[region] = (this.#touched[region] ?? 0) + pages
  }

  /** Calls `act` with the regions of a span and how many of its pages lie in each. */
  #forRegions({ start, pages }: PageSpan, act: (region: number, part: number) => void): void {
    const regionPages = 2 ** this.#shift
    for (let page = start; page < start + pages; ) {
      const region = page >>> this.#shift
      const end = Math.min(start + pages, (region + 1) * regionPages)
      act(region, end - page)
      page = end
    }
  }

  /** Folds the figures into at most `maxRegions` equal regions; the last may be shorter. */
  read(maxRegions: number): HeatFigures {
    const { pages: totalPages } = this.#layout
    const fold = Math.ceil(this.#counts.length / maxRegions)
    const regionPages = fold * 2 ** this.#shift
    const regions = Math.ceil(totalPages / regionPages)
    const pagesIn = (region: number) =>
      region < 0 || region >= regions ? 0 : Math.min(regionPages, totalPages - region * regionPages)
    const frequency = new Float32Array(regions)
    const recency = new Float32Array(regions)
    const touched = new Float64Array(regions)
    for (let fine = 0; fine < this.#counts.length; fine++) {
      const region = Math.floor(fine / fold)
      frequency[region] = (frequency[region] ?? 0) + (this.#counts[fine] ?? 0)
      touched[region] = (touched[region] ?? 0) + (this.#touched[fine] ?? 0)
      const age = this.#seconds - (this.#lastSecond[fine] ?? Number.NEGATIVE_INFINITY)
      recency[region] = Math.max(recency[region] ?? 0, Math.exp(-age / RECENCY_SECONDS))
    }
    const locality = new Float32Array(regions)
    for (let region = 0; region < regions; region++) {
      frequency[region] = (frequency[region] ?? 0) / Math.max(this.#weight, 1e-3) / pagesIn(region)
      const near = (touched[region - 1] ?? 0) + (touched[region] ?? 0) + (touched[region + 1] ?? 0)
      const around = pagesIn(region - 1) + pagesIn(region) + pagesIn(region + 1)
      locality[region] = Math.min(1, near / around)
    }
    return { regionPages, totalPages, frequency, locality, recency }
  }
}
