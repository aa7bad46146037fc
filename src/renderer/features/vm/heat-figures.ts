import { type HeatClass, heatClasses, type PageHeat } from '../../../shared/model/heat.ts'
import { formatBytes, formatRatio, MIB, PAGE_BYTES, threeFigures } from '../../../shared/units.ts'
import type { RegionRange } from '../../charts/heat-grid/layout.ts'

interface HeatShare {
  readonly label: HeatClass
  readonly pages: number
  /** Of the pages that were counted, 0..1. */
  readonly share: number
}

/** Pages in region `index`; the last one may hold fewer than the others. */
const pagesInRegion = (heat: PageHeat, index: number): number =>
  Math.max(0, Math.min(heat.regionPages, heat.totalPages - index * heat.regionPages))

const allRegions = (heat: PageHeat): RegionRange => ({ from: 0, to: heat.classes.length })

/** Pages by class, hottest first. */
export const heatShares = (heat: PageHeat, { from, to } = allRegions(heat)): readonly HeatShare[] => {
  const pages = heatClasses.map(() => 0)
  let total = 0
  for (let i = from; i < to; i += 1) {
    const code = heat.classes[i] ?? 0
    const size = pagesInRegion(heat, i)
    pages[code] = (pages[code] ?? 0) + size
    total += size
  }
  return heatClasses
    .map((label, code) => ({
      label,
      pages: pages[code] ?? 0,
      share: (pages[code] ?? 0) / Math.max(1, total),
    }))
    .reverse()
}

/** Below this share of its address a stretch needs more figures than three: its ends would read alike. */
const NARROW = 1 / 64

const addresses = (heat: PageHeat, { from, to }: RegionRange): string => {
  const at = (region: number) => Math.min(heat.totalPages, region * heat.regionPages) * PAGE_BYTES
  if (at(to) - at(from) >= NARROW * at(to)) return `${formatBytes(at(from))} to ${formatBytes(at(to))}`
  const mib = (bytes: number) => (bytes / MIB).toLocaleString('en', { maximumFractionDigits: 3 })
  return `${mib(at(from))} to ${mib(at(to))} MiB`
}

/** A share as a percentage; one that is not quite nothing does not read as nothing. */
export const shareText = (share: number): string => (share > 0 && share < 0.005 ? '<1%' : formatRatio(share))

const writesPerSecond = (heat: PageHeat, { from, to }: RegionRange): number => {
  let writes = 0
  for (let i = from; i < to; i += 1) writes += (heat.frequency[i] ?? 0) * pagesInRegion(heat, i)
  return writes
}

/** What the regions of one cell are: their addresses, hottest class, and writes a second over all their pages. */
export const regionWords = (heat: PageHeat, range: RegionRange): string => {
  const { from, to } = range
  let code = 0
  for (let i = from; i < to; i += 1) code = Math.max(code, heat.classes[i] ?? 0)
  const name = to - from === 1 ? `region ${from}` : `regions ${from} to ${to - 1}`
  const writes = threeFigures(writesPerSecond(heat, range))
  return `${name}: ${addresses(heat, range)}, ${heatClasses[code] ?? 'cold'}, ${writes} writes/s`
}

/** What a stretch of memory is: its addresses, shares by class, and writes a second. */
export const rangeWords = (heat: PageHeat, range: RegionRange): string => {
  const shares = heatShares(heat, range).map(({ label, share }) => `${label} ${shareText(share)}`)
  const writes = threeFigures(writesPerSecond(heat, range))
  return `${addresses(heat, range)}: ${shares.join(', ')}, ${writes} writes/s`
}
