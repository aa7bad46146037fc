import type { KeyboardEvent } from 'react'
import { navigate } from '../../state/index.ts'
import type { FleetRow } from './fleet-rows.ts'

interface RowKeys {
  readonly rows: readonly FleetRow[]
  readonly selected: number
  readonly pageRows: number
  readonly select: (index: number) => void
  readonly toggle: (key: string) => void
}

const parentOf = (rows: readonly FleetRow[], index: number): number => {
  const level = rows[index]?.level ?? 1
  for (let i = index - 1; i >= 0; i--) if ((rows[i]?.level ?? 1) < level) return i
  return index
}

const target = (key: string, { rows, selected, pageRows }: RowKeys): number | undefined => {
  switch (key) {
    case 'ArrowDown':
      return selected + 1
    case 'ArrowUp':
      return selected - 1
    case 'PageDown':
      return selected + pageRows
    case 'PageUp':
      return selected - pageRows
    case 'Home':
      return 0
    case 'End':
      return rows.length - 1
    default:
      return undefined
  }
}

/** Opens the screen of what a row stands for; VMs that run on no host have none as a group. */
export const openRow = (row: FleetRow, toggle: (key: string) => void): void => {
  if (row.kind === 'vm') navigate({ screen: 'vm', vmId: row.vmId })
  else if (row.kind === 'host') navigate({ screen: 'host', hostId: row.hostId })
  else if (row.kind === 'pool') navigate({ screen: 'pool', poolId: row.poolId })
  else toggle(row.key)
}

const act = (event: KeyboardEvent, row: FleetRow, keys: RowKeys): boolean => {
  const isGroup = row.kind !== 'vm'
  if (event.key === 'Enter') openRow(row, keys.toggle)
  else if (event.key === 'ArrowRight' && isGroup && !row.isOpen) keys.toggle(row.key)
  else if (event.key === 'ArrowLeft' && isGroup && row.isOpen) keys.toggle(row.key)
  else if (event.key === 'ArrowLeft') keys.select(parentOf(keys.rows, keys.selected))
  else return false
  return true
}

/** Arrows move, left and right close and open groups, Enter opens; what is done to a VM has its keys in its action. */
export const onRowKey = (event: KeyboardEvent, keys: RowKeys): void => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const to = target(event.key, keys)
  const row = keys.rows[keys.selected]
  if (to !== undefined) keys.select(Math.max(0, Math.min(keys.rows.length - 1, to)))
  else if (!row || !act(event, row, keys)) return
  event.preventDefault()
}
