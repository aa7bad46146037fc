import type { GridOrder } from '../../../shared/model/figure-grid.ts'

/** Cells that one read of a grid fills at most: about 30 ms of the store's thread. */
const CELLS_PER_READ = 24_000

/** A grid as grids of fewer columns, earliest first, each small enough to be read without a long pause. */
export const gridSlices = (order: GridOrder): readonly GridOrder[] => {
  const { fromMs, toMs, columns } = order
  const width = Math.max(1, Math.floor(CELLS_PER_READ / Math.max(1, order.subjects.length)))
  const timeOf = (column: number) =>
    column >= columns ? toMs : fromMs + ((toMs - fromMs) * column) / columns
  return Array.from({ length: Math.ceil(columns / width) }, (_, slice) => {
    const first = slice * width
    const end = Math.min(columns, first + width)
    return { ...order, fromMs: timeOf(first), toMs: timeOf(end), columns: end - first }
  })
}

/** The means of a whole grid, subject by subject, from those of its slices. */
export const joinGrid = (
  order: GridOrder,
  slices: readonly GridOrder[],
  means: readonly Float32Array[],
): Float32Array => {
  const [only] = means
  if (only && means.length === 1) return only
  const joined = new Float32Array(order.subjects.length * order.columns)
  let first = 0
  for (const [slice, { columns }] of slices.entries()) {
    const part = means[slice]
    for (let subject = 0; part && subject < order.subjects.length; subject++)
      joined.set(part.subarray(subject * columns, (subject + 1) * columns), subject * order.columns + first)
    first += columns
  }
  return joined
}
