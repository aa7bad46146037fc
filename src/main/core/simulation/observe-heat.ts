import { poisson } from '../numeric/poisson.ts'
import type { Random } from '../numeric/random.ts'
import type { PageLayout } from './page-layout.ts'

/** Write figures by region, as a host's dirty log gives them over a window. */
export interface HeatReading {
  readonly regionPages: number
  readonly totalPages: number
  /** Writes per page and second. */
  readonly frequency: Float32Array
}

const MOST_REGIONS = 65_536
const LEAST_REGION_PAGES = 32

/** What a reading of `windowMs` finds when class i is written `writesPerSecond[i]` times a second: counts, not truths. */
export const observeHeat = (
  layout: PageLayout,
  writesPerSecond: readonly number[],
  reading: { readonly windowMs: number; readonly random: Random },
): HeatReading => {
  const { windowMs, random } = reading
  let regionPages = LEAST_REGION_PAGES
  while (layout.pages / regionPages > MOST_REGIONS) regionPages *= 2
  const perPage = layout.classes.map(({ pages }, index) =>
    pages > 0 ? (writesPerSecond[index] ?? 0) / pages : 0,
  )
  const rates = new Float64Array(Math.ceil(layout.pages / regionPages))
  for (const [index, spans] of layout.spans.entries())
    for (const { start, pages } of spans) {
      const end = start + pages
      for (let region = Math.floor(start / regionPages); region * regionPages < end; region++) {
        const inRegion = Math.min(end, (region + 1) * regionPages) - Math.max(start, region * regionPages)
        rates[region] = (rates[region] ?? 0) + (perPage[index] ?? 0) * inRegion
      }
    }
  const seconds = windowMs / 1000
  const frequency = Float32Array.from(rates, (rate, region) => {
    const pages = Math.min(regionPages, layout.pages - region * regionPages)
    return poisson(rate * seconds, random) / seconds / pages
  })
  return { regionPages, totalPages: layout.pages, frequency }
}
