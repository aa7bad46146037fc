import type { FleetColumn } from '../../state/index.ts'
import { groupCells, vmCells } from './cell-views.ts'
import { attributeOf, drawingIn, elementIn, pathIn, type Writer } from './dom-writers.ts'
import styles from './FleetTable.module.css'
import type { FleetLine } from './fleet-line.ts'
import type { FleetRow } from './fleet-rows.ts'
import { TREND_BOX, type TrendLines } from './trend-lines.ts'

/** Height of a row, CSS pixels. */
export const ROW_PX = 28

/** VMs and groups have different cells; a view of one kind serves any row of that kind. */
export type ViewKind = 'vm' | 'group'

export const viewKindOf = (row: FleetRow): ViewKind => (row.kind === 'vm' ? 'vm' : 'group')

/** Where a row stands in the table, and how it is marked. */
export interface RowPlace {
  readonly row: FleetRow
  readonly index: number
  readonly isChosen: boolean
  readonly isMarked: boolean
}

/** The elements of one row, kept while the rows they show come and go. */
export interface RowView {
  readonly element: HTMLElement
  readonly place: Writer<RowPlace>
  readonly write: Writer<FleetLine>
  readonly drawTrend: Writer<TrendLines>
}

const placeWriter = (element: HTMLElement, cells: HTMLElement): Writer<RowPlace> => {
  const level = attributeOf(element, 'aria-level')
  const expanded = attributeOf(element, 'aria-expanded')
  const selected = attributeOf(element, 'aria-selected')
  const marked = attributeOf(element, 'data-marked')
  const kind = attributeOf(cells, 'data-kind')
  let index = -1
  return place => {
    const { row } = place
    if (place.index !== index) {
      index = place.index
      element.id = `fleet-row-${index}`
      element.setAttribute('aria-rowindex', String(index + 1))
      element.style.top = `${index * ROW_PX}px`
    }
    level(String(row.level))
    expanded(row.kind === 'vm' ? '' : String(row.isOpen))
    selected(row.kind === 'vm' ? String(place.isChosen) : '')
    marked(place.isMarked ? 'true' : '')
    kind(row.kind)
  }
}

/** Paths rather than a canvas: each canvas is a layer of its own to compose in every frame. */
const trendWriter = (cell: HTMLElement): Writer<TrendLines> => {
  const svg = drawingIn(cell, `0 0 ${TREND_BOX.width} ${TREND_BOX.height}`)
  svg.setAttribute('class', styles.trend ?? '')
  svg.setAttribute('preserveAspectRatio', 'none')
  const theta = attributeOf(pathIn(svg, styles.trendTheta), 'd')
  const dashed = attributeOf(pathIn(svg, styles.trendDashed), 'd')
  const solid = attributeOf(pathIn(svg, styles.trendSolid), 'd')
  return lines => {
    theta(lines.theta)
    dashed(lines.dashed)
    solid(lines.solid)
  }
}

/** A row with an empty cell for each column. */
export const rowView = (viewKind: ViewKind, columns: readonly FleetColumn[]): RowView => {
  const element = document.createElement('div')
  element.className = styles.row ?? ''
  element.setAttribute('role', 'row')
  const cells = elementIn(element, 'div', styles.cells)
  const views = viewKind === 'vm' ? vmCells : groupCells
  const stale = attributeOf(cells, 'data-stale')
  const writers: Writer<FleetLine>[] = []
  let drawTrend: Writer<TrendLines> = () => undefined
  for (const column of columns) {
    const cell = elementIn(cells, 'div', styles.cell)
    cell.setAttribute('role', 'gridcell')
    cell.dataset.column = column
    writers.push(views[column](cell))
    if (column === 'trend' && viewKind === 'vm') drawTrend = trendWriter(cell)
  }
  return {
    element,
    place: placeWriter(element, cells),
    write: line => {
      stale(line.isStale ? 'true' : '')
      for (const write of writers) write(line)
    },
    drawTrend,
  }
}
