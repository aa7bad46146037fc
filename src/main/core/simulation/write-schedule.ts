import type { PageSet } from '../numeric/page-set.ts'
import type { Random } from '../numeric/random.ts'
import { NO_CLASS, type PageLayout } from './page-layout.ts'

/** Pages of one class whose log is read. */
interface Harvest {
  readonly from: number
  readonly to: number
  readonly index: number
  readonly passed: number
  readonly dirty: PageSet
}

/**
 * A guest's memory, page by page, with its writes drawn ahead: for each page it is known when it is written next, counted
 * in writes its class has had per page. That costs work by page looked at and not by write, and is exact: gaps between
 * writes of a page are exponential when each page of a class is as likely as any other, and an exponential gap has no
 * memory. A page has a version, which grows when it is looked at and has been written since the last look; version 0 was
 * never written and is a page of zeros.
 */
export class WriteSchedule {
  readonly layout: PageLayout
  readonly versions: Uint16Array
  readonly #random: Random
  /** Writes that each class has had so far, per page of it (curves: guest seconds since the log was read). */
  readonly passed: Float64Array
  readonly #passedAtHarvest: Float64Array
  /** When each page is written next, on its class's count: it has been written when that has passed. */
  readonly nextWrites: Float32Array
  /** At most the least of these of each 32 pages that are all of one class: while it has not passed, none of them is written. */
  readonly #leastNext: Float32Array
  readonly #isCurve: readonly boolean[]
  readonly #isRandom: readonly boolean[]

  /** Walks through sequential classes stand at `places`, in passes made; at 0 where none is given. */
  constructor(layout: PageLayout, random: Random, places: readonly number[] = []) {
    this.layout = layout
    this.#random = random
    this.versions = new Uint16Array(layout.pages).fill(1)
    for (const { start, pages } of layout.zeroSpans) this.versions.fill(0, start, start + pages)
    this.passed = Float64Array.from(layout.classes, ({ order }, index) =>
      order.kind === 'sequential' ? (places[index] ?? 0) % 1 : 0,
    )
    this.#passedAtHarvest = this.passed.slice()
    this.nextWrites = new Float32Array(layout.pages).fill(Number.POSITIVE_INFINITY)
    this.#leastNext = new Float32Array(Math.ceil(layout.pages / 32)).fill(Number.NEGATIVE_INFINITY)
    this.#isCurve = layout.classes.map(({ order }) => order.kind === 'curve')
    this.#isRandom = layout.classes.map(({ order }) => order.kind === 'random')
    for (let index = 0; index < layout.classes.length; index++) this.#begin(index)
  }

  /** Lets the guest run for `ms` of its own time with class i written `writesPerSecond[i]` times a second. */
  elapse(ms: number, writesPerSecond: readonly number[]): void {
    const { classes } = this.layout
    for (let index = 0; index < classes.length; index++) {
      const pages = classes[index]?.pages ?? 0
      if (pages === 0) continue
      const rate = writesPerSecond[index] ?? 0
      const perPage = this.#isCurve[index] ? rate : rate / pages
      this.passed[index] = (this.passed[index] ?? 0) + (perPage * ms) / 1000
    }
  }

  /** Whether a page has been written since it was last looked at; if so its version has grown. */
  look(page: number): boolean {
    const index = this.layout.classOf[page] ?? NO_CLASS
    return index !== NO_CLASS && this.lookIn(page, index)
  }

  /** The same of a page whose class is known. */
  lookIn(page: number, index: number): boolean {
    const passed = this.passed[index] ?? 0
    if ((this.nextWrites[page] ?? 0) > passed) return false
    this.#grow(page)
    this.nextWrites[page] = this.#isRandom[index]
      ? passed + this.#random.exponential()
      : this.#after(page, index)
    return true
  }

  /** Writes a page now, whatever its schedule. */
  write(page: number): void {
    this.#grow(page)
  }

  /** Adds to `dirty` every page written since the last harvest and not looked at meanwhile. */
  harvest(dirty: PageSet): void {
    for (let index = 0; index < this.layout.classes.length; index++) {
      const passed = this.passed[index] ?? 0
      if (passed === this.#passedAtHarvest[index]) continue
      for (const { start, pages } of this.layout.spans[index] ?? [])
        this.#harvestSpan({ from: start, to: start + pages, index, passed, dirty })
      if (this.#isCurve[index]) this.#begin(index)
      this.#passedAtHarvest[index] = this.passed[index] ?? 0
    }
  }

  /** Pages written since they were last looked at, but for those in `except`; the log stays as it is. */
  peek(except: PageSet): number {
    const next = this.nextWrites
    const { words } = except
    let count = 0
    for (let index = 0; index < this.layout.classes.length; index++) {
      const passed = this.passed[index] ?? 0
      if (passed === this.#passedAtHarvest[index]) continue
      for (const { start, pages } of this.layout.spans[index] ?? [])
        for (let page = start; page < start + pages; page++) {
          const word = page >>> 5
          if ((this.#leastNext[word] ?? 0) > passed) page = word * 32 + 31
          else if ((next[page] ?? 0) <= passed && ((words[word] ?? 0) & (1 << (page & 31))) === 0) count++
        }
    }
    return count
  }

  #harvestSpan({ from, to, index, passed, dirty }: Harvest): void {
    const [next, least] = [this.nextWrites, this.#leastNext]
    const { versions } = this
    const random = this.#random
    const { words } = dirty
    const isRandom = this.#isRandom[index] ?? false
    let added = 0
    for (let word = from >>> 5; word * 32 < to; word++) {
      if ((least[word] ?? 0) > passed) continue
      const [start, end] = [Math.max(from, word * 32), Math.min(to, word * 32 + 32)]
      const before = words[word] ?? 0
      let bits = before
      let lowest = Number.POSITIVE_INFINITY
      for (let page = start; page < end; page++) {
        let then = next[page] ?? 0
        if (then <= passed) {
          versions[page] = (versions[page] ?? 0) + 1
          then = Math.fround(isRandom ? passed + random.exponential() : this.#after(page, index))
          next[page] = then
          const bit = 1 << (page & 31)
          if ((bits & bit) === 0) added++
          bits |= bit
        }
        if (then < lowest) lowest = then
      }
      if (bits !== before) words[word] = bits
      if (end - start === 32) least[word] = lowest
    }
    dirty.resized(added)
  }

  #grow(page: number): void {
    this.versions[page] = (this.versions[page] ?? 0) + 1
  }

  /** When a page written in order that has just been seen written is written again: a curve's is not. */
  #after(page: number, index: number): number {
    const passed = this.passed[index] ?? 0
    if (this.layout.classes[index]?.order.kind !== 'sequential') return Number.POSITIVE_INFINITY
    const before = this.nextWrites[page] ?? 0
    return before + Math.max(1, Math.ceil(passed - before))
  }

  /** Draws when each page of a class is first written, counted from now. */
  #begin(index: number): void {
    const pageClass = this.layout.classes[index]
    if (pageClass === undefined) return
    const { order, pages } = pageClass
    if (order.kind === 'curve') {
      this.passed[index] = 0
      for (const { start, pages: length } of this.layout.spans[index] ?? [])
        this.#leastNext.fill(Number.NEGATIVE_INFINITY, start >>> 5, ((start + length - 1) >>> 5) + 1)
    }
    const random = this.#random
    const place = this.passed[index] ?? 0
    let rank = 0
    for (const span of this.layout.spans[index] ?? [])
      for (let page = span.start; page < span.start + span.pages; page++) {
        rank++
        if (order.kind === 'random') this.nextWrites[page] = random.exponential()
        else if (order.kind === 'curve') this.nextWrites[page] = order.firstWriteSeconds(rank)
        else this.nextWrites[page] = rank / pages + (rank / pages > place ? 0 : 1)
      }
  }
}
