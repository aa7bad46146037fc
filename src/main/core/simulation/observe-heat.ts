import { poisson } from '../numeric/poisson.ts'
import type { Random } from '../numeric/random.ts'
import { NO_CLASS, type PageLayout } from './page-layout.ts'

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
  const frequency = new Float32Array(Math.ceil(layout.pages / regionPages))
  for (let region = 0; region < frequency.length; region++) {
    const [from, to] = [region * regionPages, Math.min(layout.pages, (region + 1) * regionPages)]
    let rate = 0
    for (let page = from; page < to; page++) {
      const index = layout.classOf[page] ?? NO_CLASS
      if (index !== NO_CLASS) rate += perPage[index] ?? 0
    }
    const seconds = windowMs / 1000
    frequency[region] = poisson(rate * seconds, random) / seconds / (to - from)
  }
  return { regionPages, totalPages: layout.pages, frequency }
}
