import type { Round } from '../../../shared/model/migration.ts'

const WINDOW_MS = 1000

/**
 * Unique pages that a VM dirtied in a 1 s window, as the live rounds of its migration tell; undefined without one. Each
 * round is a point (duration, unique pages) of the dirty curve, which never falls and is taken as straight from 0 and
 * between points, and beyond the longest as steep as before it.
 */
export const windowPages = (
  rounds: readonly Pick<Round, 'live' | 'ms' | 'dirtiedPages'>[],
): number | undefined => {
  const points = rounds.filter(({ live, ms }) => live && ms > 0).toSorted((a, b) => a.ms - b.ms)
  let before = { ms: 0, pages: 0 }
  let slope: number | undefined
  for (const { ms, dirtiedPages } of points) {
    const pages = Math.max(before.pages, dirtiedPages)
    if (ms > before.ms) slope = (pages - before.pages) / (ms - before.ms)
    if (ms >= WINDOW_MS) return before.pages + (slope ?? 0) * (WINDOW_MS - before.ms)
    before = { ms, pages }
  }
  return slope === undefined ? undefined : before.pages + slope * (WINDOW_MS - before.ms)
}
