import type { PageLayout, PageSpan } from './page-layout.ts'

/** Finds the pages of one class by their place in it: page 0 is the lowest in address order. */
export class ClassWalk {
  readonly pages: number
  readonly #spans: readonly PageSpan[]
  /** Pages of the class before each span. */
  readonly #before: Int32Array

  constructor(layout: PageLayout, index: number) {
    this.#spans = layout.spans[index] ?? []
    this.#before = new Int32Array(this.#spans.length)
    let before = 0
    for (const [i, span] of this.#spans.entries()) {
      this.#before[i] = before
      before += span.pages
    }
    this.pages = before
  }

  /** The page number of the class's page `place`, 0 <= place < pages. */
  pageAt(place: number): number {
    let [low, high] = [0, this.#spans.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#before[middle] ?? 0) <= place) low = middle
      else high = middle - 1
    }
    return (this.#spans[low]?.start ?? 0) + place - (this.#before[low] ?? 0)
  }
}
