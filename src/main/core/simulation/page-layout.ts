import type { Random } from '../numeric/random.ts'

/**
 * In which order a class's pages are written: `random` each as likely as any other at every write; `sequential` one after
 * the other, round and round; `curve` in a fixed order that begins anew whenever the dirty log is read, page k after
 * `firstWriteSeconds(k)` of the guest's time.
 */
export type WriteOrder =
  | { readonly kind: 'random' }
  | { readonly kind: 'sequential' }
  | { readonly kind: 'curve'; readonly firstWriteSeconds: (page: number) => number }

/** Pages that are written alike. */
export interface PageClass {
  readonly name: string
  readonly pages: number
  readonly order: WriteOrder
}

/** Neighbouring pages. */
export interface PageSpan {
  readonly start: number
  readonly pages: number
}

export interface PageLayoutPlan {
  readonly pages: number
  readonly classes: readonly PageClass[]
  /** Pages that nobody has written yet, and that travel as a mark. */
  readonly zeroPages: number
}

/** Which page belongs to which class. */
export interface PageLayout {
  readonly pages: number
  readonly classes: readonly PageClass[]
  /** By class, in address order. */
  readonly spans: readonly (readonly PageSpan[])[]
  readonly zeroSpans: readonly PageSpan[]
  /** Index of each page's class; `NO_CLASS` for pages that nobody writes. */
  readonly classOf: Uint8Array
}

export const NO_CLASS = 255

/** Neighbouring pages are alike in runs of 128 to 1,024 pages (0.5 to 4 MiB), a guess between heap arenas and huge pages. */
const SHORTEST_RUN = 128
const RUN_SPREAD = 8

const runsOf = (pages: number, random: Random): PageSpan[] => {
  const shortest = Math.max(1, Math.min(SHORTEST_RUN, Math.floor(pages / 64)))
  const runs: PageSpan[] = []
  for (let start = 0; start < pages; ) {
    const length = Math.min(shortest * (1 + random.below(RUN_SPREAD)), pages - start)
    runs.push({ start, pages: length })
    start += length
  }
  return random.shuffled(runs)
}

/** Takes spans of `pages` in all from the end of `runs`; what is left of the last one goes back. */
const deal = (runs: PageSpan[], pages: number): readonly PageSpan[] => {
  const dealt: PageSpan[] = []
  let missing = pages
  while (missing > 0) {
    const run = runs.pop()
    if (run === undefined) break
    const taken = Math.min(run.pages, missing)
    dealt.push({ start: run.start, pages: taken })
    if (taken < run.pages) runs.push({ start: run.start + taken, pages: run.pages - taken })
    missing -= taken
  }
  return dealt.sort((a, b) => a.start - b.start)
}

/** Deals runs of memory in random order to the classes, then to zero pages; the rest holds data that nobody writes. */
export const layOutPages = (plan: PageLayoutPlan, random: Random): PageLayout => {
  const { pages, classes } = plan
  const runs = runsOf(pages, random)
  const classOf = new Uint8Array(pages).fill(NO_CLASS)
  const spans = classes.map((pageClass, index) => {
    const dealt = deal(runs, pageClass.pages)
    for (const span of dealt) classOf.fill(index, span.start, span.start + span.pages)
    return dealt
  })
  return { pages, classes, spans, zeroSpans: deal(runs, plan.zeroPages), classOf }
}
