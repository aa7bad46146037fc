import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type CSSProperties,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { uiStore, useUi } from '../../state/index.ts'
import { columnGrid, columns } from './columns.ts'
import styles from './FleetTable.module.css'
import type { FleetRow } from './fleet-rows.ts'
import { GroupRow } from './GroupRow.tsx'
import { onRowKey, openRow, toggled, vmIdsBetween } from './row-keys.ts'
import { TableHead } from './TableHead.tsx'
import { VmRow } from './VmRow.tsx'

const ROW_PX = 28
const toggle = (key: string): void =>
  uiStore.setState(({ fleetCollapsed: keys }) => ({
    fleetCollapsed: keys.includes(key) ? keys.filter(k => k !== key) : [...keys, key],
  }))

const choose = (vmIds: readonly string[]): void => uiStore.setState({ fleetChosen: vmIds })

const useShownColumns = () => {
  const hidden = useUi(s => s.fleetHidden)
  const widths = useUi(s => s.fleetWidths)
  return useMemo(() => {
    const shown = columns.filter(column => !hidden.includes(column.id))
    return { shown, ids: shown.map(column => column.id), ...columnGrid(shown, widths) }
  }, [hidden, widths])
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

export const FleetTable = (props: {
  readonly rows: readonly FleetRow[]
  readonly table: RefObject<HTMLDivElement | null>
}) => {
  const { rows, table } = props
  const { shown, ids, template, minPx } = useShownColumns()
  const { index, select } = useMark(rows)
  const chosen = useUi(s => s.fleetChosen)
  const chosenIds = useMemo(() => new Set(chosen), [chosen])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => table.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollPaddingStart: ROW_PX,
  })
  const scroll = useRef(virtual.scrollToIndex)
  scroll.current = virtual.scrollToIndex
  useEffect(() => {
    if (index >= 0) scroll.current(index)
  }, [index])
  const keys = {
    rows,
    selected: index,
    pageRows: Math.max(1, Math.floor((table.current?.clientHeight ?? 0) / ROW_PX) - 2),
    select: (to: number) => select(rows[to]),
    toggle,
    chosen,
    choose,
  }
  const onRowClick = (event: MouseEvent, row: FleetRow, at: number) => {
    if (event.shiftKey) choose(vmIdsBetween(rows, index < 0 ? at : index, at))
    else if ((event.ctrlKey || event.metaKey) && row.kind === 'vm') choose(toggled(chosen, row.vmId))
    else select(row)
  }
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
      style={{ '--columns': template, '--width': `${minPx}px` } as CSSProperties}
      onKeyDown={event => onRowKey(event, keys)}
    >
      <TableHead shown={shown} />
      <div className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(item => {
          const row = rows[item.index]
          if (!row) return null
          return (
            // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: rows of a virtualised grid; the grid holds the focus and the keys
            <div
              key={item.index}
              id={`fleet-row-${item.index}`}
              role="row"
              aria-level={row.level}
              aria-rowindex={item.index + 1}
              aria-expanded={row.kind === 'vm' ? undefined : row.isOpen}
              aria-selected={row.kind === 'vm' ? chosenIds.has(row.vmId) : undefined}
              data-marked={item.index === index || undefined}
              className={styles.row}
              style={{ top: item.start }}
              onClick={event => onRowClick(event, row, item.index)}
              onDoubleClick={() => openRow(row, toggle)}
            >
              {row.kind === 'vm' ? (
                <VmRow vmId={row.vmId} level={row.level} shown={ids} />
              ) : (
                <GroupRow row={row} shown={ids} onToggle={toggle} />
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}
