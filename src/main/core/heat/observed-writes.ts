/** How often each page was seen changed, of `looks` looks in all, and at which look last (1-based; 0: never). */
export interface ObservedWrites {
  readonly looks: number
  readonly msBetweenLooks: number
  readonly changes: Uint8Array
  readonly lastChange: Uint8Array
}

export interface RegionFigures {
  readonly regionPages: number
  readonly totalPages: number
  readonly frequency: Float32Array
  readonly locality: Float32Array
  readonly recency: Float32Array
}

/**
 * Writes per second of a page that changed in `changes` of `looks` intervals: writes that come at random leave an interval
 * untouched with probability e^(-rate x interval). One that changed each time may be written any number of times: it counts
 * as untouched in half an interval.
 */
const rateOf = (changes: number, { looks, msBetweenLooks }: ObservedWrites): number => {
  const share = Math.min(changes / looks, 1 - 0.5 / looks)
  return (-Math.log1p(-share) * 1000) / msBetweenLooks
}

/** Heat by region, at most `maxRegions` of them, from pages seen changed: frequency, locality and recency as S1 3.5 has them. */
export const regionFiguresOf = (writes: ObservedWrites, maxRegions: number): RegionFigures => {
  const totalPages = writes.changes.length
  const regionPages = Math.max(1, Math.ceil(totalPages / Math.max(1, maxRegions)))
  const regions = Math.ceil(totalPages / regionPages)
  const frequency = new Float32Array(regions)
  const written = new Float32Array(regions)
  const recency = new Float32Array(regions)
  const rates = Float32Array.from({ length: writes.looks + 1 }, (_, changes) => rateOf(changes, writes))
  for (let region = 0; region < regions; region++) {
    const [from, to] = [region * regionPages, Math.min(totalPages, (region + 1) * regionPages)]
    let [rate, touched, last] = [0, 0, 0]
    for (let page = from; page < to; page++) {
      rate += rates[writes.changes[page] ?? 0] ?? 0
      touched += (writes.changes[page] ?? 0) > 0 ? 1 : 0
      last = Math.max(last, writes.lastChange[page] ?? 0)
    }
    frequency[region] = rate / (to - from)
    written[region] = touched / (to - from)
    recency[region] = last / writes.looks
  }
  const locality = written.map((own, region) => {
    const around = [written[region - 1], own, written[region + 1]].filter(share => share !== undefined)
    return around.reduce((sum, share) => sum + share, 0) / around.length
  })
  return { regionPages, totalPages, frequency, locality, recency }
}
