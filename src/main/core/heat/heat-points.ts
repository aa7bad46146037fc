/** Numbers of one kind, one a region. Hosts report single precision, files are read in double. */
export type HeatColumn = Float32Array | Float64Array

/** One point a region (S1 eq 13): writes per page and second, locality, recency; columns of one length. */
export interface HeatPoints {
  readonly frequency: HeatColumn
  readonly locality: HeatColumn
  readonly recency: HeatColumn
}

/** Points that stand for `weight` points each. */
export interface WeightedPoints {
  readonly frequency: Float64Array
  readonly locality: Float64Array
  readonly recency: Float64Array
  readonly weight: Float64Array
}

export const heatColumns = ['frequency', 'locality', 'recency'] as const

/** Above this, the squares of distances of two million points could leave double precision (ours). */
export const MAX_HEAT_VALUE = 1e100

/** Throws a RangeError that names the first column and region that is negative or no number, or unequal lengths. */
export const checkPoints = (points: HeatPoints): void => {
  for (const name of heatColumns) {
    const column = points[name]
    if (column.length !== points.frequency.length)
      throw new RangeError(
        `page heat has ${points.frequency.length} frequencies and ${column.length} of ${name}`,
      )
    const region = firstWrong(column)
    if (region >= 0) throw new RangeError(`page heat has ${column[region]} as ${name} of region ${region}`)
  }
}

/** The first region whose figure is negative, no number or too large; -1 when there is none. */
const firstWrong = (column: HeatColumn): number => {
  for (let region = 0; region < column.length; region++) {
    const value = column[region] as number
    if (!(value >= 0 && value <= MAX_HEAT_VALUE)) return region
  }
  return -1
}

/** Region numbers of the first three points that differ from each other; fewer when there are fewer. */
export const firstDistinct = (points: HeatPoints): readonly number[] => {
  if (points.frequency.length === 0) return []
  const second = firstUnlike(points, [0], 1)
  if (second === undefined) return [0]
  const third = firstUnlike(points, [0, second], second + 1)
  return third === undefined ? [0, second] : [0, second, third]
}

const firstUnlike = (
  { frequency, locality, recency }: HeatPoints,
  known: readonly number[],
  from: number,
): number | undefined => {
  const [a = 0, b = a] = known
  const isAt = (region: number, other: number): boolean =>
    frequency[region] === frequency[other] &&
    locality[region] === locality[other] &&
    recency[region] === recency[other]
  for (let region = from; region < frequency.length; region++)
    if (!isAt(region, a) && !isAt(region, b)) return region
  return undefined
}
