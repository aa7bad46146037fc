import {
  type CSSProperties,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { uiStore, useUi } from '../../state/index.ts'
import { columnGrid, columns } from './columns.ts'
import styles from './FleetTable.module.css'
import type { FleetRow } from './fleet-rows.ts'
import { onRowKey, openRow, toggled, vmIdsBetween } from './row-keys.ts'
import { RowSheet, type SheetContent } from './row-sheet.ts'
import { ROW_PX } from './row-view.ts'
import { TableHead } from './TableHead.tsx'

const toggle = (key: string): void =>
  uiStore.setState(({ fleetCollapsed: keys }) => ({
    fleetCollapsed: keys.includes(key) ? keys.filter(k => k !== key) : [...keys, key],
  }))

const choose = (vmIds: readonly string[]): void => uiStore.setState({ fleetChosen: vmIds })

const useShownColumns = () => {
  const hidden = useUi(s => s.fleetHidden)
  const widths = useUi(s => s.fleetWidths)
  const shown = useMemo(() => columns.filter(column => !hidden.includes(column.id)), [hidden])
  const ids = useMemo(() => shown.map(column => column.id), [shown])
  const { template, minPx } = useMemo(() => columnGrid(shown, widths), [shown, widths])
  // Only a column that the operator made narrow can be too narrow for its figures.
  const figures = Object.keys(widths).length > 0 ? 'hidden' : 'visible'
  const style = { '--columns': template, '--width': `${minPx}px`, '--figures': figures } as CSSProperties
  return { shown, ids, style }
}

/** The row with the keyboard's mark, kept by key so that it stays on its VM while rows change places. */
const useMark = (rows: readonly FleetRow[]) => {
  const [key, setKey] = useState<string | null>(null)
  const index = useMemo(() => rows.findIndex(row => row.key === key), [rows, key])
  const select = useCallback((row: FleetRow | undefined) => {
    setKey(row?.key ?? null)
    uiStore.setState({ fleetMarked: row?.kind === 'vm' ? row.vmId : null })
  }, [])
  useEffect(() => () => uiStore.setState({ fleetMarked: null }), [])
  return { index, select }
}

/** Keeps the rows of `body` in step with `content`. */
const useRowSheet = (
  table: RefObject<HTMLDivElement | null>,
  body: RefObject<HTMLDivElement | null>,
  content: SheetContent,
): void => {
  const sheet = useRef<RowSheet>(undefined)
  useLayoutEffect(() => {
    if (!table.current || !body.current) return
    const made = new RowSheet(table.current, body.current)
    sheet.current = made
    return () => made.close()
  }, [table, body])
  useLayoutEffect(() => sheet.current?.show(content), [content])
}

/** The index of the row that an event happened in; -1 where it was in none. */
const rowIndexOf = ({ target }: MouseEvent): number => {
  const row = target instanceof Element ? target.closest('[aria-rowindex]') : null
  return Number(row?.getAttribute('aria-rowindex') ?? 0) - 1
}

const isToggle = ({ target }: MouseEvent): boolean =>
  target instanceof Element && target.closest('button') !== null

/** What clicks do: the plain one marks a row, with Shift or Ctrl they choose VMs, a double one opens. */
const rowMouse = (grid: {
  readonly rows: readonly FleetRow[]
  readonly marked: number
  readonly chosen: readonly string[]
  readonly select: (row: FleetRow) => void
}) => {
  const { rows, marked, chosen, select } = grid
  return {
    onClick: (event: MouseEvent) => {
      const at = rowIndexOf(event)
      const row = rows[at]
      if (!row) return
      if (isToggle(event)) toggle(row.key)
      if (event.shiftKey) choose(vmIdsBetween(rows, marked < 0 ? at : marked, at))
      else if ((event.ctrlKey || event.metaKey) && row.kind === 'vm') choose(toggled(chosen, row.vmId))
      else select(row)
    },
    onDoubleClick: (event: MouseEvent) => {
      const row = rows[rowIndexOf(event)]
      if (row) openRow(row, toggle)
    },
  }
}

export const FleetTable = (props: {
  readonly rows: readonly FleetRow[]
  readonly table: RefObject<HTMLDivElement | null>
}) => {
  const { rows, table } = props
  const { shown, ids, style } = useShownColumns()
  const { index, select } = useMark(rows)
  const chosen = useUi(s => s.fleetChosen)
  const body = useRef<HTMLDivElement>(null)
  const content = useMemo(
    () => ({ rows, columns: ids, chosen: new Set(chosen), marked: index }),
    [rows, ids, chosen, index],
  )
  useRowSheet(table, body, content)
  const keys = {
    rows,
    selected: index,
    pageRows: Math.max(1, Math.floor((table.current?.clientHeight ?? 0) / ROW_PX) - 2),
    select: (to: number) => select(rows[to]),
    toggle,
    chosen,
    choose,
  }
  const mouse = rowMouse({ rows, marked: index, chosen, select })
  return (
    <div
      ref={table}
      role="treegrid"
      aria-label="Fleet"
      aria-rowcount={rows.length}
      aria-multiselectable
      aria-activedescendant={index >= 0 ? `fleet-row-${index}` : undefined}
      tabIndex={0}
      className={styles.table}
      style={style}
      onKeyDown={event => onRowKey(event, keys)}
    >
      <TableHead shown={shown} />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the grid around it holds the focus and the keys */}
      <div
        ref={body}
        className={styles.body}
        style={{ height: rows.length * ROW_PX }}
        onClick={mouse.onClick}
        onDoubleClick={mouse.onDoubleClick}
      />
    </div>
  )
}
