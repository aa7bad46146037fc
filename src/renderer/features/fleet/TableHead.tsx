import type { PointerEvent } from 'react'
import { type Sort, uiStore, useUi } from '../../state/index.ts'
import type { Column } from './columns.ts'
import styles from './FleetTable.module.css'

/** A header's next order: down first for numbers, then up, then as the tree is. */
export const nextSort = (present: Sort | null, column: Column): Sort | null => {
  if (present?.column !== column.id)
    return { column: column.id, descending: column.isNumeric || column.id === 'risk' }
  const isFirst = present.descending === (column.isNumeric || column.id === 'risk')
  return isFirst ? { column: column.id, descending: !present.descending } : null
}

const startResize = (column: Column, event: PointerEvent<HTMLElement>): void => {
  const head = event.currentTarget.parentElement
  if (!head) return
  event.preventDefault()
  const startX = event.clientX
  const startWidth = head.getBoundingClientRect().width
  const grip = event.currentTarget
  grip.setPointerCapture(event.pointerId)
  grip.onpointermove = move => {
    const width = Math.round(Math.max(48, Math.min(800, startWidth + move.clientX - startX)))
    uiStore.setState(s => ({ fleetWidths: { ...s.fleetWidths, [column.id]: width } }))
  }
  grip.onpointerup = () => {
    grip.onpointermove = null
    grip.onpointerup = null
  }
}

const resetWidth = (column: Column): void =>
  uiStore.setState(s => {
    const { [column.id]: _, ...rest } = s.fleetWidths
    return { fleetWidths: rest }
  })

/** The column heads: click sorts, dragging an edge sets a width, a double click on it takes that back. */
export const TableHead = ({ shown }: { readonly shown: readonly Column[] }) => {
  const sort = useUi(s => s.fleetSort)
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a virtualised grid has no table elements
    <div role="row" className={styles.head}>
      {shown.map(column => {
        const isSorted = sort?.column === column.id
        return (
          // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above
          <div
            key={column.id}
            role="columnheader"
            className={styles.columnHead}
            data-numeric={column.isNumeric || undefined}
            aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
          >
            <button
              type="button"
              className={styles.sort}
              disabled={!column.isSortable}
              title={column.title}
              onClick={() => uiStore.setState({ fleetSort: nextSort(sort, column) })}
            >
              {column.word}
              {column.unit && <span className={styles.unit}>{column.unit}</span>}
              {isSorted && (sort.descending ? '↓' : '↑')}
            </button>
            <span
              className={styles.grip}
              aria-hidden="true"
              onPointerDown={event => startResize(column, event)}
              onDoubleClick={() => resetWidth(column)}
            />
          </div>
        )
      })}
    </div>
  )
}
