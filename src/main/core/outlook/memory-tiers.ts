/** Pages written alike, by what is known of them from outside. */
export interface MemoryTier {
  readonly pages: number
  /** Writes to each of its pages per second. */
  readonly writesPerPageSecond: number
}

/** Most tiers that a forecast works with: beyond it no figure moves by 1 %. */
const MOST_TIERS = 12

/** The tier of a write frequency: 0 never written, then by halves below the hottest. */
export const tierOf = (value: number, hottest: number): number =>
  value <= 0 ? 0 : Math.max(1, MOST_TIERS - 1 - Math.floor(Math.log2(hottest / value)))

/**
 * Tiers of memory by region figures, coldest first, cut where the write frequency doubles, so that pages of a tier are within a factor of two of each other. `frequency` is in writes per page and second,
 * one entry for each region of `regionPages` pages; the last region may hold fewer of the `totalPages`.
 */
export const tiersOf = (reading: {
  readonly frequency: Float32Array
  readonly regionPages: number
  readonly totalPages: number
}): readonly MemoryTier[] => {
  const { frequency, regionPages, totalPages } = reading
  const hottest = frequency.reduce((most, value) => Math.max(most, value), 0)
  const pages = new Float64Array(MOST_TIERS)
  const writes = new Float64Array(MOST_TIERS)
  for (const [region, value] of frequency.entries()) {
    const count = Math.max(0, Math.min(regionPages, totalPages - region * regionPages))
    const tier = tierOf(value, hottest)
    pages[tier] = (pages[tier] ?? 0) + count
    writes[tier] = (writes[tier] ?? 0) + count * value
  }
  return Array.from(pages, (count, tier) => ({
    pages: count,
    writesPerPageSecond: count > 0 ? (writes[tier] ?? 0) / count : 0,
  })).filter(tier => tier.pages > 0)
}

/** What is written all over within a second would have no finite rate: so much of it is taken to be, at most. */
const MOST_DIRTIED = 0.999

/** Writes per page and second at random that dirty this share of the pages within a second. */
export const rateOfShare = (dirtied: number): number => -Math.log1p(-Math.min(MOST_DIRTIED, dirtied))

/** All of memory as one tier, where nothing is known of it but the unique pages that are dirtied within a second. */
export const oneTierOf = (memory: {
  readonly totalPages: number
  readonly dirtyPagesPerSecond: number
}): readonly MemoryTier[] => {
  const { totalPages, dirtyPagesPerSecond } = memory
  const writesPerPageSecond = rateOfShare(dirtyPagesPerSecond / Math.max(1, totalPages))
  return [{ pages: totalPages, writesPerPageSecond }]
}

/** From a write frequency of this share of the hottest tier's on pages count as hot: three halvings. A guess. */
const HOT_SHARE = 1 / 8

/** Pages of tiers by heat, where nobody has clustered them: cold ones are never written. */
export const heatOfTiers = (
  tiers: readonly MemoryTier[],
): { readonly hotPages: number; readonly warmPages: number; readonly coldPages: number } => {
  const hottest = Math.max(0, ...tiers.map(tier => tier.writesPerPageSecond))
  const pagesWhere = (isIt: (rate: number) => boolean) =>
    Math.round(tiers.reduce((sum, tier) => (isIt(tier.writesPerPageSecond) ? sum + tier.pages : sum), 0))
  return {
    hotPages: pagesWhere(rate => rate > 0 && rate >= hottest * HOT_SHARE),
    warmPages: pagesWhere(rate => rate > 0 && rate < hottest * HOT_SHARE),
    coldPages: pagesWhere(rate => rate <= 0),
  }
}
