/** A dirty curve, pages: D(t) = min(mwws, um + (10 t - 1) un(ceil t)), the last un beyond its end, linear below 0.1 s. */
export interface DirtyCurve {
  readonly umPages: number
  readonly unPages: readonly number[]
  readonly mwwsPages: number
}

/** Unique pages written within `seconds`. */
export const dirtyCurvePages = ({ umPages, unPages, mwwsPages }: DirtyCurve, seconds: number): number => {
  if (seconds <= 0) return 0
  if (seconds < 0.1) return Math.min(mwwsPages, umPages * seconds * 10)
  const un = unPages[Math.min(unPages.length, Math.ceil(seconds)) - 1] ?? 0
  return Math.min(mwwsPages, umPages + (10 * seconds - 1) * un)
}

/**
 * The inverse: when the curve first reaches page k, counted from 1; infinity where it never does. Where a new second
 * begins with a smaller un the curve as written falls; its running maximum is what is inverted.
 */
export const firstWriteSeconds = (curve: DirtyCurve): ((page: number) => number) => {
  const { umPages, unPages, mwwsPages } = curve
  const last = unPages.length - 1
  const highest: number[] = []
  for (const [second, un] of unPages.entries())
    highest.push(Math.max(highest[second - 1] ?? 0, umPages + (10 * (second + 1) - 1) * un))

  const within = (page: number, second: number): number => {
    const un = unPages[Math.min(second, last)] ?? 0
    const at = un > 0 ? ((page - umPages) / un + 1) / 10 : Number.POSITIVE_INFINITY
    return Math.max(second, at)
  }
  return page => {
    if (page > mwwsPages) return Number.POSITIVE_INFINITY
    if (page <= umPages) return (page / umPages) * 0.1
    if (page > (highest[last] ?? 0)) return within(page, last + 1)
    let [low, high] = [0, last]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((highest[middle] ?? 0) >= page) high = middle
      else low = middle + 1
    }
    return within(page, low)
  }
}
