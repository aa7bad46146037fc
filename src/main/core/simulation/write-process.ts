import type { PageClass, WriteOrder } from './page-layout.ts'

/** Pages that are written alike, as a share of memory, 0..1. */
export interface ClassShare {
  readonly name: string
  readonly share: number
  /** One page after the other in address order, round and round; otherwise each page is as likely as any other. */
  readonly order?: 'sequential'
}

const orderOf = ({ order }: ClassShare): WriteOrder => ({ kind: order ?? 'random' })

/** Write classes of a guest of so many pages. */
export const classesOfShares = (shares: readonly ClassShare[], memoryPages: number): readonly PageClass[] =>
  shares.map(each => ({
    name: each.name,
    pages: Math.round(each.share * memoryPages),
    order: orderOf(each),
  }))

/** Expected unique pages of N that `writes` uniform writes touch: N (1 - exp(-writes / N)). */
export const uniquePages = (pages: number, writes: number): number =>
  pages === 0 ? 0 : pages * -Math.expm1(-writes / pages)

/** Writes needed to touch `unique` of `pages` pages on average; the inverse of `uniquePages`. */
export const writesForUnique = (pages: number, unique: number): number => -pages * Math.log1p(-unique / pages)

/** Expected unique pages dirtied in a window of `ms` when class i is written `writesPerSecond[i]` times a second. */
export const expectedDirtyPages = (
  classes: readonly PageClass[],
  writesPerSecond: readonly number[],
  ms: number,
): number =>
  classes.reduce((sum, { pages, order }, i) => {
    const writes = ((writesPerSecond[i] ?? 0) * ms) / 1000
    return sum + (order.kind === 'sequential' ? Math.min(pages, writes) : uniquePages(pages, writes))
  }, 0)
