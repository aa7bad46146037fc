import type { PageOrder } from '../../../shared/model/migration-command.ts'
import type { PageSet } from '../numeric/page-set.ts'

/** In which order pages are visited: by address, or region by region and by address within each. */
export class PageWalk {
  #regionPages = Number.POSITIVE_INFINITY
  #regions: readonly number[] = [0]
  #at = 0
  #cursor = 0

  /** From the next start on goes through these regions of `regionPages` pages, in the order given. */
  through(regions: readonly number[], regionPages: number): void {
    this.#regions = regions
    this.#regionPages = regionPages
    this.rewind()
  }

  /** Starts again. */
  rewind(): void {
    this.#at = 0
    this.#cursor = this.#startOf(0)
  }

  /** The next page of `waiting` on the way, or -1 when none is left ahead; the same again until it is taken out. */
  next(waiting: PageSet): number {
    for (;;) {
      const page = waiting.next(this.#cursor, this.#startOf(this.#at) + this.#regionPages)
      if (page >= 0) {
        this.#cursor = page
        return page
      }
      if (this.#at + 1 >= this.#regions.length) return -1
      this.#cursor = this.#startOf(++this.#at)
    }
  }

  #startOf(index: number): number {
    const region = this.#regions[index] ?? 0
    return region === 0 ? 0 : region * this.#regionPages
  }
}

/** Region numbers by class, lowest first; equal classes by address. */
const coldestFirst = (classes: Uint8Array): readonly number[] =>
  Array.from(classes.keys()).sort((a, b) => (classes[a] ?? 0) - (classes[b] ?? 0) || a - b)

/** Region numbers by class, highest first; equal classes by address. */
const hottestFirst = (classes: Uint8Array): readonly number[] =>
  Array.from(classes.keys()).sort((a, b) => (classes[b] ?? 0) - (classes[a] ?? 0) || a - b)

/** The regions of an order as live rounds go through them. */
export const liveRegions = ({ classes, live }: PageOrder): readonly number[] =>
  live === 'hottest-first' ? hottestFirst(classes) : coldestFirst(classes)

/** The regions of an order as a push goes through them. */
export const pushRegions = ({ classes }: PageOrder): readonly number[] => hottestFirst(classes)
