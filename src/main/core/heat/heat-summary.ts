import type { PageHeat } from '../../../shared/model/heat.ts'

/** Guest pages in each heat class; together the VM's pages. The last region may be shorter than the others. */
export const summarizeHeat = (
  heat: Pick<PageHeat, 'classes' | 'regionPages' | 'totalPages'>,
): { readonly hotPages: number; readonly warmPages: number; readonly coldPages: number } => {
  const pages = [0, 0, 0]
  for (const [region, label] of heat.classes.entries()) {
    const left = heat.totalPages - region * heat.regionPages
    pages[label] = (pages[label] ?? 0) + Math.max(Math.min(heat.regionPages, left), 0)
  }
  const [coldPages = 0, warmPages = 0, hotPages = 0] = pages
  return { hotPages, warmPages, coldPages }
}
