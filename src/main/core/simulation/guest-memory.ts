import type { PageSet } from '../numeric/page-set.ts'
import type { Random } from '../numeric/random.ts'
import { WriteHeat } from './write-heat.ts'
import { type GuestLayout, pagesOfClass, type WriteClass } from './write-process.ts'

/**
 * A guest's memory page by page: each page has a version that grows by one with every write; version 0 was never
 * written and is a page of zeros. The guest's writes are drawn uniformly within each write class of its layout, or walk
 * through it.
 */
export class GuestMemory {
  readonly layout: GuestLayout
  readonly heat: WriteHeat
  #versions: Uint32Array
  readonly #classPages: readonly number[]
  readonly #random: Random
  readonly #owed: Float64Array
  /** Where the walk through each sequential class stands, in pages of the class. */
  readonly #walked: Int32Array

  constructor(layout: GuestLayout, random: Random) {
    this.layout = layout
    this.heat = new WriteHeat(layout.pages)
    this.#random = random
    this.#versions = new Uint32Array(layout.pages).fill(1)
    for (const start of layout.zeroBlockStarts) this.#versions.fill(0, start, start + layout.blockPages)
    this.#classPages = layout.classes.map(pagesOfClass)
    this.#owed = new Float64Array(layout.classes.length)
    this.#walked = new Int32Array(layout.classes.length)
  }

  get pages(): number {
    return this.layout.pages
  }

  /** The version of every page where the guest runs. */
  get versions(): Uint32Array {
    return this.#versions
  }

  /** Goes on with another copy of memory: the destination's, after a migration. */
  adopt(versions: Uint32Array): void {
    this.#versions = versions
  }

  /** The next page of write class `index` to be written. */
  pickPage(index: number): number {
    const writeClass = this.layout.classes[index]
    return writeClass === undefined ? 0 : this.#pick(writeClass, index)
  }

  /** Lets the guest run for `ms` with class i written `writesPerSecond[i]` times a second; fills `log` if given. */
  run(ms: number, writesPerSecond: readonly number[], log: PageSet | null): void {
    const versions = this.#versions
    for (let index = 0; index < this.layout.classes.length; index++) {
      const writeClass = this.layout.classes[index]
      if (writeClass === undefined) continue
      const due = (this.#owed[index] ?? 0) + ((writesPerSecond[index] ?? 0) * ms) / 1000
      const count = Math.floor(due)
      this.#owed[index] = due - count
      for (let i = 0; i < count; i++) {
        const page = this.#pick(writeClass, index)
        versions[page] = (versions[page] ?? 0) + 1
        this.heat.note(page)
        if (log !== null) log.add(page)
      }
    }
    this.heat.elapse(ms)
  }

  #pick(writeClass: WriteClass, index: number): number {
    const pages = this.#classPages[index] ?? 1
    const inClass = writeClass.order === 'sequential' ? this.#walk(index, pages) : this.#random.below(pages)
    const block = Math.floor(inClass / writeClass.blockPages)
    return (writeClass.blockStarts[block] ?? 0) + inClass - block * writeClass.blockPages
  }

  #walk(index: number, pages: number): number {
    const at = this.#walked[index] ?? 0
    this.#walked[index] = (at + 1) % pages
    return at
  }
}
