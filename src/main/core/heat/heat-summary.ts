import type { PageHeat } from '../../../shared/model/heat.ts'

/** How many pages of a VM are hot, warm and cold; the last region may hold fewer pages than the others. */
export const summarizeHeat = (
  heat: PageHeat,
): { readonly hotPages: number; readonly warmPages: number; readonly coldPages: number } => {
  const pages: [number, number, number] = [0, 0, 0]
  let left = heat.totalPages
  for (const label of heat.classes) {
    const size = Math.min(heat.regionPages, left)
    left -= size
    if (label === 0) pages[0] += size
    else if (label === 1) pages[1] += size
    else pages[2] += size
  }
  return { coldPages: pages[0], warmPages: pages[1], hotPages: pages[2] }
}
