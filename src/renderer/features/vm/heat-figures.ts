import { type HeatClass, heatClasses, type PageHeat } from '../../../shared/model/heat.ts'
import { formatBytes, PAGE_BYTES, threeFigures } from '../../../shared/units.ts'

interface HeatShare {
  readonly label: HeatClass
  readonly pages: number
  /** Of all pages, 0..1. */
  readonly share: number
}

/** Pages in region `index`; the last one may hold fewer than the others. */
const pagesInRegion = (heat: PageHeat, index: number): number =>
  Math.max(0, Math.min(heat.regionPages, heat.totalPages - index * heat.regionPages))

/** Pages by class, hottest first. */
export const heatShares = (heat: PageHeat): readonly HeatShare[] => {
  const pages = heatClasses.map(() => 0)
  for (let i = 0; i < heat.classes.length; i += 1) {
    const code = heat.classes[i] ?? 0
    pages[code] = (pages[code] ?? 0) + pagesInRegion(heat, i)
  }
  return heatClasses
    .map((label, code) => ({
      label,
      pages: pages[code] ?? 0,
      share: (pages[code] ?? 0) / Math.max(1, heat.totalPages),
    }))
    .reverse()
}

/** What regions `from`..`to` (excluded) are: their addresses, hottest class, and writes a second over all their pages. */
export const regionWords = (
  heat: PageHeat,
  { from, to }: { readonly from: number; readonly to: number },
): string => {
  const bytes = (region: number) =>
    formatBytes(Math.min(heat.totalPages, region * heat.regionPages) * PAGE_BYTES)
  let [code, writes] = [0, 0]
  for (let i = from; i < to; i += 1) {
    code = Math.max(code, heat.classes[i] ?? 0)
    writes += (heat.frequency[i] ?? 0) * pagesInRegion(heat, i)
  }
  const name = to - from === 1 ? `region ${from}` : `regions ${from} to ${to - 1}`
  return `${name}: ${bytes(from)} to ${bytes(to)}, ${heatClasses[code] ?? 'cold'}, ${threeFigures(writes)} writes/s`
}
