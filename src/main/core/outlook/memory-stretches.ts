import { type MemoryTier, rateOfShare } from './memory-tiers.ts'

/** Most stretches that a forecast works with: a working set's ends are then within a fiftieth of memory of where they are. */
const MOST_STRETCHES = 24

/** Memory by regions of `regionPages` pages; the last may hold fewer of the `totalPages`. */
interface Reading {
  /** Writes per page and second, of each region. */
  readonly frequency: Float32Array
  readonly regionPages: number
  readonly totalPages: number
  /** How many pages of each region hold anything but zeros, where that is known; only those count. */
  readonly contentPages?: Float64Array
}

/** The regions `from` to `to` as one stretch whose pages are dirtied as many within a second as theirs: a few hot ones are few. */
const stretchOf = (reading: Reading, from: number, to: number): MemoryTier => {
  const { frequency, regionPages, totalPages, contentPages } = reading
  let [pages, dirtied] = [0, 0]
  for (let region = from; region < to; region++) {
    const count = Math.max(0, Math.min(regionPages, totalPages - region * regionPages))
    pages += contentPages?.[region] ?? count
    // What is written is not zeros: a region's writes go to its content.
    dirtied += -Math.expm1(-(frequency[region] ?? 0)) * count
  }
  return { pages, writesPerPageSecond: rateOfShare(pages > 0 ? dirtied / pages : 0) }
}

/**
 * Memory as stretches of one length, in the order of their addresses, for hosts that send it so and cannot be told otherwise.
 */
export const stretchesOf = (reading: Reading): readonly MemoryTier[] => {
  const { length } = reading.frequency
  const regions = Math.max(1, Math.ceil(length / MOST_STRETCHES))
  return Array.from({ length: Math.ceil(length / regions) }, (_, stretch) =>
    stretchOf(reading, stretch * regions, Math.min(length, (stretch + 1) * regions)),
  ).filter(({ pages }) => pages > 0)
}
