import type { Size } from '../shape.ts'

/** An address space folded to a grid, row by row. Sizes are device pixels, so that every cell is equally large. */
export interface HeatGridLayout {
  readonly columns: number
  readonly rows: number
  readonly cellPx: number
  /** Above 1 where there are more regions than pixels: a cell then stands for that many neighbours. */
  readonly regionsPerCell: number
  readonly regions: number
}

/** The largest square cells with which `regions` cells fill `device` pixels. */
export const layoutHeatGrid = (regions: number, device: Size): HeatGridLayout => {
  const width = Math.max(1, Math.floor(device.width))
  const height = Math.max(1, Math.floor(device.height))
  const regionsPerCell = Math.max(1, Math.ceil(regions / (width * height)))
  const cells = Math.max(1, Math.ceil(regions / regionsPerCell))
  let cellPx = Math.max(1, Math.floor(Math.sqrt((width * height) / cells)))
  while (cellPx > 1 && Math.ceil(cells / Math.floor(width / cellPx)) * cellPx > height) cellPx -= 1
  const columns = Math.min(cells, Math.max(1, Math.floor(width / cellPx)))
  return { columns, rows: Math.ceil(cells / columns), cellPx, regionsPerCell, regions }
}

/** The class of every cell: the hottest of its regions, so that folding never hides a hot one. */
export const cellClasses = (layout: HeatGridLayout, classes: Uint8Array): Uint8Array => {
  if (layout.regionsPerCell === 1) return classes
  const cells = new Uint8Array(Math.ceil(layout.regions / layout.regionsPerCell))
  for (let region = 0; region < layout.regions; region += 1) {
    const cell = Math.floor(region / layout.regionsPerCell)
    cells[cell] = Math.max(cells[cell] ?? 0, classes[region] ?? 0)
  }
  return cells
}

/** Regions `from`..`to` (excluded) under a point in device pixels, or undefined beside the grid. */
export const regionsAt = (
  layout: HeatGridLayout,
  x: number,
  y: number,
): { readonly from: number; readonly to: number } | undefined => {
  const column = Math.floor(x / layout.cellPx)
  const row = Math.floor(y / layout.cellPx)
  if (column < 0 || row < 0 || column >= layout.columns || row >= layout.rows) return undefined
  const from = (row * layout.columns + column) * layout.regionsPerCell
  if (from >= layout.regions) return undefined
  return { from, to: Math.min(layout.regions, from + layout.regionsPerCell) }
}
