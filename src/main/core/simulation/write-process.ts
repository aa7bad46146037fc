import type { Random } from '../numeric/random.ts'

/** Pages that are written alike: equally long blocks of guest memory. */
export interface WriteClass {
  readonly name: string
  /** One page after the other in address order, round and round; otherwise each page is as likely as any other. */
  readonly order?: 'sequential'
  readonly blockStarts: Int32Array
  readonly blockPages: number
}

/** Where in guest memory each write class lies and which pages are zero at first. Classes do not overlap. */
export interface GuestLayout {
  readonly pages: number
  readonly classes: readonly WriteClass[]
  readonly zeroBlockStarts: Int32Array
  readonly blockPages: number
}

export type WriteClassPlan = Pick<WriteClass, 'name' | 'order'> & { readonly share: number }

export interface LayoutPlan {
  readonly pages: number
  /** Share of memory 0..1 of each class; together with `zeroShare` at most 1. */
  readonly classes: readonly WriteClassPlan[]
  readonly zeroShare: number
}

const BLOCKS = 256
const LONGEST_RUN = 12

/**
 * Lays out guest memory in 256 blocks (fewer under 256 pages): runs of up to 12 neighbouring blocks are dealt in random
 * order to the classes, then to zero pages; the rest holds data that nobody writes.
 */
export const layOutGuest = (plan: LayoutPlan, random: Random): GuestLayout => {
  const blockPages = Math.max(1, Math.floor(plan.pages / BLOCKS))
  const blocks = Math.floor(plan.pages / blockPages)
  const runs: number[][] = []
  for (let first = 0; first < blocks; ) {
    const length = Math.min(1 + random.below(LONGEST_RUN), blocks - first)
    runs.push(Array.from({ length }, (_, i) => first + i))
    first += length
  }
  const order = random.shuffled(runs).flat()
  let dealt = 0
  const deal = (share: number, least: number): Int32Array => {
    const count = Math.max(least, Math.round(share * blocks))
    const starts = order.slice(dealt, dealt + count).sort((a, b) => a - b)
    dealt += starts.length
    return Int32Array.from(starts, block => block * blockPages)
  }
  const classes = plan.classes.map(({ share, ...rest }) => ({
    ...rest,
    blockStarts: deal(share, 1),
    blockPages,
  }))
  return { pages: plan.pages, classes, zeroBlockStarts: deal(plan.zeroShare, 0), blockPages }
}

/** Pages that a write class covers. */
export const pagesOfClass = (writeClass: WriteClass): number =>
  writeClass.blockStarts.length * writeClass.blockPages

/** Expected unique pages of N that `writes` uniform writes touch: N (1 - exp(-writes / N)). */
export const uniquePages = (pages: number, writes: number): number =>
  pages === 0 ? 0 : pages * -Math.expm1(-writes / pages)

/** Writes needed to touch `unique` of `pages` pages on average; the inverse of `uniquePages`. */
export const writesForUnique = (pages: number, unique: number): number => -pages * Math.log1p(-unique / pages)

/** Expected unique pages dirtied in a window of `ms` when class i is written `writesPerSecond[i]` times a second. */
export const expectedDirtyPages = (
  layout: GuestLayout,
  writesPerSecond: readonly number[],
  ms: number,
): number =>
  layout.classes.reduce((sum, writeClass, i) => {
    const [pages, writes] = [pagesOfClass(writeClass), ((writesPerSecond[i] ?? 0) * ms) / 1000]
    return sum + (writeClass.order === 'sequential' ? Math.min(pages, writes) : uniquePages(pages, writes))
  }, 0)
