import type { KeyboardEvent } from 'react'
import { navigate } from '../../state/index.ts'
import type { FleetRow } from './fleet-rows.ts'

interface RowKeys {
  readonly rows: readonly FleetRow[]
  readonly selected: number
  readonly pageRows: number
  readonly select: (index: number) => void
  readonly toggle: (key: string) => void
  readonly choose: (vmIds: readonly string[]) => void
  readonly chosen: readonly string[]
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

/** `chosen` with `vmId` added, or without it where it was chosen. */
export const toggled = (chosen: readonly string[], vmId: string): readonly string[] =>
  chosen.includes(vmId) ? chosen.filter(id => id !== vmId) : [...chosen, vmId]

/** The VMs of the rows from one to another, both included, whichever comes first. */
export const vmIdsBetween = (rows: readonly FleetRow[], from: number, to: number): readonly string[] =>
  rows
    .slice(Math.max(0, Math.min(from, to)), Math.max(from, to) + 1)
    .flatMap(row => (row.kind === 'vm' ? row.vmId : []))

const act = (event: KeyboardEvent, row: FleetRow, keys: RowKeys): boolean => {
  const isGroup = row.kind !== 'vm'
  if (event.key === 'Enter') openRow(row, keys.toggle)
  else if (event.key === 'ArrowRight' && isGroup && !row.isOpen) keys.toggle(row.key)
  else if (event.key === 'ArrowLeft' && isGroup && row.isOpen) keys.toggle(row.key)
  else if (event.key === 'ArrowLeft') keys.select(parentOf(keys.rows, keys.selected))
  else if (event.key === ' ' && row.kind === 'vm') keys.choose(toggled(keys.chosen, row.vmId))
  else if (event.key === ' ') keys.toggle(row.key)
  else return false
  return true
}

/** Arrows move, left and right close and open groups, Enter opens, space selects; what is done to a VM has its keys in its action. */
export const onRowKey = (event: KeyboardEvent, keys: RowKeys): void => {
  if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault()
    keys.choose(vmIdsBetween(keys.rows, 0, keys.rows.length))
    return
  }
  if (event.key === 'Escape' && keys.chosen.length > 0) {
    event.preventDefault()
    keys.choose([])
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const to = target(event.key, keys)
  const row = keys.rows[keys.selected]
  if (to !== undefined) keys.select(Math.max(0, Math.min(keys.rows.length - 1, to)))
  else if (!row || !act(event, row, keys)) return
  event.preventDefault()
}
