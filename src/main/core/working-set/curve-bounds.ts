import type { DirtyWindow } from '../../../shared/model/working-set.ts'

type Point = readonly [ms: number, pages: number]

/** The lowest and the highest number of pages that a curve can have. */
export interface Bounds {
  readonly lowPages: number
  readonly highPages: number
}

const onLine = ([fromMs, from]: Point, [toMs, to]: Point, ms: number): number =>
  from + ((to - from) * (ms - fromMs)) / (toMs - fromMs)

/**
 * Between which pages a dirty curve lies at `ms`, given points of it: it never falls, never steepens (a page counts
 * once, and later writes find ever fewer clean ones), begins at 0 and ends at `memoryPages`. Windows must be of
 * different lengths; where they contradict each other both edges are what they say.
 */
export const curveBounds = (
  windows: readonly Pick<DirtyWindow, 'windowMs' | 'pages'>[],
  ms: number,
  memoryPages: number,
): Bounds => {
  const points: readonly Point[] = [[0, 0], ...windows.map(({ windowMs, pages }): Point => [windowMs, pages])]
  let [low, high] = [0, memoryPages]
  for (const a of points) {
    if (a[0] <= ms) low = Math.max(low, a[1])
    if (a[0] >= ms) high = Math.min(high, a[1])
    for (const b of points) {
      if (b[0] <= a[0]) continue
      const line = onLine(a, b, ms)
      if (a[0] <= ms && ms <= b[0]) low = Math.max(low, line)
      else if (ms > b[0] || a[0] > 0) high = Math.min(high, line)
    }
  }
  return { lowPages: Math.max(0, Math.min(low, high)), highPages: Math.min(memoryPages, Math.max(low, high)) }
}
