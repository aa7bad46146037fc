import type { Size } from '../shape.ts'
import type { HeatView } from './view.ts'

/** Regions `from` to `to`, excluded. */
export interface RegionRange {
  readonly from: number
  readonly to: number
}

/** A stretch of the address space folded to a grid, row by row. Sizes are device pixels: every cell is equally large. */
export interface HeatGridLayout extends RegionRange {
  readonly columns: number
  readonly rows: number
  readonly cellWidth: number
  readonly cellHeight: number
  /** Above 1 where there are more regions than pixels: a cell then stands for that many neighbours. */
  readonly regionsPerCell: number
}

/** The regions that hold any of the pages of a view. */
export const regionsOfView = (view: HeatView, regionPages: number, regions: number): RegionRange => {
  const from = Math.max(0, Math.min(regions - 1, Math.floor(view.from / regionPages)))
  return { from, to: Math.max(from, Math.min(regions, Math.ceil(view.to / regionPages))) }
}

/** The largest cells with which the regions fill `device` pixels: square, or higher where that fills it better. */
export const layoutHeatGrid = ({ from, to }: RegionRange, device: Size): HeatGridLayout => {
  const width = Math.max(1, Math.floor(device.width))
  const height = Math.max(1, Math.floor(device.height))
  const regionsPerCell = Math.max(1, Math.ceil((to - from) / (width * height)))
  const cells = Math.max(1, Math.ceil((to - from) / regionsPerCell))
  let cellWidth = Math.max(1, Math.floor(Math.sqrt((width * height) / cells)))
  while (cellWidth > 1 && Math.ceil(cells / Math.floor(width / cellWidth)) * cellWidth > height)
    cellWidth -= 1
  const columns = Math.min(cells, Math.max(1, Math.floor(width / cellWidth)))
  const rows = Math.ceil(cells / columns)
  const cellHeight = Math.max(1, Math.min(2 * cellWidth, Math.floor(height / rows)))
  return { columns, rows, cellWidth, cellHeight, regionsPerCell, from, to }
}

/** The class of every cell: the hottest of its regions, so that folding never hides a hot one. */
export const cellClasses = (
  { from, to, regionsPerCell }: HeatGridLayout,
  classes: Uint8Array,
): Uint8Array => {
  if (regionsPerCell === 1) return classes.subarray(from, to)
  const cells = new Uint8Array(Math.ceil((to - from) / regionsPerCell))
  let region = from
  for (let cell = 0; cell < cells.length; cell += 1) {
    const end = Math.min(to, region + regionsPerCell)
    let hottest = 0
    for (; region < end; region += 1) {
      const code = classes[region] as number
      if (code > hottest) hottest = code
    }
    cells[cell] = hottest
  }
  return cells
}

/** The regions under a point in device pixels, or undefined beside the grid. */
export const regionsAt = (layout: HeatGridLayout, x: number, y: number): RegionRange | undefined => {
  const column = Math.floor(x / layout.cellWidth)
  const row = Math.floor(y / layout.cellHeight)
  if (column < 0 || row < 0 || column >= layout.columns || row >= layout.rows) return undefined
  const from = layout.from + (row * layout.columns + column) * layout.regionsPerCell
  if (from >= layout.to) return undefined
  return { from, to: Math.min(layout.to, from + layout.regionsPerCell) }
}

/** How far a point in device pixels lies in the address space that is shown, 0..1. */
export const shareAt = (layout: HeatGridLayout, x: number, y: number): number => {
  const column = Math.max(0, Math.min(layout.columns - 1, Math.floor(x / layout.cellWidth)))
  const row = Math.max(0, Math.min(layout.rows - 1, Math.floor(y / layout.cellHeight)))
  return Math.min(1, (row * layout.columns + column) / Math.max(1, layout.columns * layout.rows))
}
