import type { Risk } from '../../../shared/contract/fleet.ts'
import type { Host } from '../../../shared/model/host.ts'
import type { Pool } from '../../../shared/model/pool.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import type { FleetState, Sort } from '../../state/index.ts'
import { filterOf } from './fleet-filter.ts'

interface Group {
  readonly key: string
  readonly level: number
  readonly isOpen: boolean
  readonly vmCount: number
}

/** A line of the tree-table. `key` is unique; `level` counts from 1; `unplaced` holds the VMs that run on no host. */
export type FleetRow =
  | (Group & { readonly kind: 'pool' | 'unplaced'; readonly poolId: string })
  | (Group & { readonly kind: 'host'; readonly hostId: string })
  | { readonly kind: 'vm'; readonly key: string; readonly level: number; readonly vmId: string }

/** The figures that sorting and filtering look at. */
export interface LiveFigures extends Pick<FleetState, 'vmSamples' | 'risks' | 'triggerPagesPerSecond'> {
  readonly runningByVm: ReadonlyMap<string, unknown>
}

export interface FleetRowsInput {
  readonly pools: readonly Pool[]
  readonly hosts: readonly Host[]
  /** In the order of their names. */
  readonly vms: readonly Vm[]
  readonly hostsById: ReadonlyMap<string, Host>
  readonly poolsById: ReadonlyMap<string, Pool>
  readonly filter: string
  readonly group: 'tree' | 'flat'
  readonly collapsed: ReadonlySet<string>
  readonly sort: Sort | null
  readonly live: LiveFigures
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Named things in the order people expect: host-2 before host-10. */
export const byName = <T extends { readonly name: string }>(items: readonly T[]): readonly T[] =>
  [...items].sort((a, b) => collator.compare(a.name, b.name))

/** Columns whose order changes with the figures. */
export const liveColumns: ReadonlySet<string> = new Set(['cpu', 'memory', 'dirty', 'risk'])

/** Urgency of a risk: greater is more urgent; among equals the sooner one. */
export const urgency = (risk: Risk | undefined): number => {
  if (!risk || risk.level === 'none' || risk.level === 'unknown') return 0
  const grade = risk.level === 'high' ? 2 : 1
  // Within a grade a time, ms since the epoch, only shifts by less than one grade; none at all means now.
  return grade + (risk.expectedAtMs === null ? 0.5 : 0.5 * (1 - risk.expectedAtMs / 1e14))
}

type Key = number | string | undefined

const keyOf = (column: string, { live, hostsById }: FleetRowsInput): ((vm: Vm) => Key) => {
  switch (column) {
    case 'state':
      return vm => vm.powerState
    case 'host':
      return vm => (vm.hostId === null ? undefined : hostsById.get(vm.hostId)?.name)
    case 'cpu': {
      const cpuRatio = live.vmSamples.numberReader('cpuRatio', 'value')
      return vm => cpuRatio(vm.id)
    }
    case 'memory': {
      const memoryRatio = live.vmSamples.numberReader('memoryRatio', 'value')
      return vm => {
        const ratio = memoryRatio(vm.id)
        return ratio === undefined ? undefined : ratio * vm.memoryBytes
      }
    }
    case 'dirty': {
      const dirtyRate = live.vmSamples.numberReader('dirtyPagesPerSecond', 'value')
      return vm => dirtyRate(vm.id)
    }
    case 'theta':
      return vm => live.triggerPagesPerSecond[vm.poolId]
    case 'risk':
      return vm => {
        const risk = live.risks.get(vm.id)
        return risk && risk.level !== 'unknown' ? urgency(risk) : undefined
      }
    default:
      return vm => vm.name
  }
}

const compareKeys = (a: Key, b: Key): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))

/** The VMs in the order asked for; what has no figure comes last either way. */
const sorted = (vms: readonly Vm[], input: FleetRowsInput): readonly Vm[] => {
  const { sort } = input
  if (!sort) return vms
  const key = keyOf(sort.column, input)
  const direction = sort.descending ? -1 : 1
  return vms
    .map(vm => ({ vm, key: key(vm) }))
    .sort((a, b) => {
      if (a.key === undefined || b.key === undefined)
        return Number(a.key === undefined) - Number(b.key === undefined)
      return direction * compareKeys(a.key, b.key)
    })
    .map(({ vm }) => vm)
}

const filtered = (input: FleetRowsInput): readonly Vm[] => {
  const matches = filterOf(input.filter)
  if (!matches) return input.vms
  const atRisk = new Set(input.live.risks.idsWhere('level', 'high'))
  return input.vms.filter(vm =>
    matches(vm, {
      hostName: (vm.hostId !== null && input.hostsById.get(vm.hostId)?.name) || '',
      poolName: input.poolsById.get(vm.poolId)?.name ?? '',
      isAtRisk: atRisk.has(vm.id),
      isMigrating: input.live.runningByVm.has(vm.id),
    }),
  )
}

const grouped = (vms: readonly Vm[], keyOfVm: (vm: Vm) => string): ReadonlyMap<string, readonly Vm[]> => {
  const groups = new Map<string, Vm[]>()
  for (const vm of vms) {
    const group = groups.get(keyOfVm(vm))
    if (group) group.push(vm)
    else groups.set(keyOfVm(vm), [vm])
  }
  return groups
}

const vmRows = (vms: readonly Vm[], level: number): readonly FleetRow[] =>
  vms.map(vm => ({ kind: 'vm', key: `vm ${vm.id}`, level, vmId: vm.id }))

/** The lines of the tree-table from top to bottom. Under a filter, groups without a match are left out. */
export const fleetRows = (input: FleetRowsInput): readonly FleetRow[] => {
  const vms = sorted(filtered(input), input)
  if (input.group === 'flat') return vmRows(vms, 1)
  const isFiltered = filterOf(input.filter) !== null
  const byHost = grouped(vms, vm => vm.hostId ?? `unplaced ${vm.poolId}`)
  const hostsByPool = new Map(
    input.pools.map(pool => [pool.id, input.hosts.filter(h => h.poolId === pool.id)]),
  )
  const rows: FleetRow[] = []
  const add = (row: Exclude<FleetRow, { kind: 'vm' }>, members: readonly Vm[]) => {
    if (isFiltered && members.length === 0) return
    rows.push(row)
    if (row.isOpen) rows.push(...vmRows(members, 3))
  }
  for (const pool of input.pools) {
    const hosts = hostsByPool.get(pool.id) ?? []
    const unplaced = byHost.get(`unplaced ${pool.id}`) ?? []
    const vmCount = hosts.reduce((n, h) => n + (byHost.get(h.id)?.length ?? 0), unplaced.length)
    if (isFiltered && vmCount === 0) continue
    const key = `pool ${pool.id}`
    const isOpen = !input.collapsed.has(key)
    rows.push({ kind: 'pool', key, level: 1, poolId: pool.id, isOpen, vmCount })
    if (!isOpen) continue
    for (const host of hosts) {
      const members = byHost.get(host.id) ?? []
      const hostKey = `host ${host.id}`
      add(
        {
          kind: 'host',
          key: hostKey,
          level: 2,
          hostId: host.id,
          isOpen: !input.collapsed.has(hostKey),
          vmCount: members.length,
        },
        members,
      )
    }
    const unplacedKey = `unplaced ${pool.id}`
    if (unplaced.length > 0)
      add(
        {
          kind: 'unplaced',
          key: unplacedKey,
          level: 2,
          poolId: pool.id,
          isOpen: !input.collapsed.has(unplacedKey),
          vmCount: unplaced.length,
        },
        unplaced,
      )
  }
  return rows
}
