/** One point a region (S1 eq 13): writes per page and second, locality 0..1, recency 0..1; columns of one length. */
export interface HeatPoints {
  readonly frequency: Float32Array
  readonly locality: Float32Array
  readonly recency: Float32Array
}

/** Points that stand for `weight` others each, at their mean. */
export interface WeightedPoints {
  readonly frequency: Float32Array | Float64Array
  readonly locality: Float32Array | Float64Array
  readonly recency: Float32Array | Float64Array
  readonly weight: Float64Array
}

const columnNames = ['frequency', 'locality', 'recency'] as const

/** Throws a RangeError that names the first column and region that is not a finite number, or unequal lengths. */
export const checkPoints = (points: HeatPoints): void => {
  for (const name of columnNames) {
    const column = points[name]
    if (column.length !== points.frequency.length)
      throw new RangeError(
        `page heat has ${points.frequency.length} frequencies and ${column.length} of ${name}`,
      )
    for (let region = 0; region < column.length; region++) {
      const value = column[region] as number
      if (value - value !== 0) throw new RangeError(`page heat has ${value} as ${name} of region ${region}`)
    }
  }
}

/** Smallest and largest value of a column; 0 and 0 when it is empty. */
export const boundsOf = (column: Float32Array): readonly [min: number, max: number] => {
  let min = column[0] ?? 0
  let max = min
  for (let region = 1; region < column.length; region++) {
    const value = column[region] as number
    if (value < min) min = value
    else if (value > max) max = value
  }
  return [min, max]
}

/** Region numbers of the first three points that differ from each other; fewer when there are fewer. */
export const firstDistinct = ({ frequency, locality, recency }: HeatPoints): readonly number[] => {
  const found: number[] = []
  for (let region = 0; region < frequency.length && found.length < 3; region++) {
    const isNew = found.every(
      other =>
        frequency[region] !== frequency[other] ||
        locality[region] !== locality[other] ||
        recency[region] !== recency[other],
    )
    if (isNew) found.push(region)
  }
  return found
}
