/** Traffic from one end to another, which would take `demand` bytes/s if it could. */
export interface Flow {
  readonly from: string
  readonly to: string
  readonly demand: number
}

/**
 * What each flow gets, bytes/s, when every end sends at most `capacity` and receives at most `capacity`: all grow alike
 * until they have what they want or one of their ends is full (max-min fairness, as TCP flows share a switch).
 */
export const fairShares = (flows: readonly Flow[], capacity: number): readonly number[] => {
  const shares = flows.map(() => 0)
  const ends = flows.map(({ from, to }) => [`out of ${from}`, `into ${to}`] as const)
  const growing = new Set([...flows.keys()].filter(index => (flows[index]?.demand ?? 0) > 0))
  while (growing.size > 0) {
    const used = new Map<string, number>()
    const wanting = new Map<string, number>()
    for (const [index, pair] of ends.entries())
      for (const end of pair) {
        used.set(end, (used.get(end) ?? 0) + (shares[index] ?? 0))
        if (growing.has(index)) wanting.set(end, (wanting.get(end) ?? 0) + 1)
      }
    const roomOf = (index: number): number => {
      const rooms = (ends[index] ?? []).map(
        end => (capacity - (used.get(end) ?? 0)) / (wanting.get(end) ?? 1),
      )
      return Math.max(0, Math.min(...rooms))
    }
    const growth = Math.min(
      ...[...growing].map(index =>
        Math.min(roomOf(index), (flows[index]?.demand ?? 0) - (shares[index] ?? 0)),
      ),
    )
    for (const index of growing) shares[index] = (shares[index] ?? 0) + growth
    for (const index of [...growing]) {
      const isServed = (flows[index]?.demand ?? 0) - (shares[index] ?? 0) <= capacity * 1e-12
      // Nothing is left once `growth` is taken by each who wants some of it.
      if (isServed || roomOf(index) - growth <= capacity * 1e-12) growing.delete(index)
    }
  }
  return shares
}
