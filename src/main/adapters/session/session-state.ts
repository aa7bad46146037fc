import type { SessionColumn, SessionRecord } from '../../../shared/model/session.ts'
import type { PackedColumn, PackedRows, RecorderItem } from './recorder-protocol.ts'

type Inventory = Extract<RecorderItem, { kind: 'inventory' }>
type Connection = Extract<SessionRecord, { kind: 'connection' }>

const LETTERS = 'ume'
const RATIO_STEPS = 10_000
/** Rates keep four figures: an error of at most 1/2000. */
const FIGURES = 4

const rounded = (value: number): number | null => {
  if (!Number.isFinite(value)) return null
  return Math.abs(value) <= 1
    ? Math.round(value * RATIO_STEPS) / RATIO_STEPS
    : Number(value.toPrecision(FIGURES))
}

const sameThroughout = <T>(values: ArrayLike<T>): boolean => {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false
  return true
}

const columnOf = ({ values, origins, agesMs, errorRatios }: PackedColumn): SessionColumn => {
  const isOne = sameThroughout(origins)
  const letters = Array.from(isOne ? origins.subarray(0, 1) : origins, origin => LETTERS[origin] ?? 'u')
  const origin = letters.join('')
  if (isOne && origin !== 'm' && origin !== 'e') return { origin }
  const ages = sameThroughout(agesMs) ? (agesMs[0] ?? 0) : Array.from(agesMs, Math.round)
  const errors = errorRatios.some(Number.isFinite) ? { errorRatio: Array.from(errorRatios, rounded) } : {}
  return { origin, value: Array.from(values, rounded), ageMs: ages, ...errors }
}

const columnsOf = ({ columns }: PackedRows): Record<string, SessionColumn> =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, columnOf(column)]))

/**
 * Turns what main tells into records. It knows what was last said of everything, so that each segment can begin with
 * all of it and be read alone.
 */
export class SessionState {
  readonly #inventories = new Map<string, Inventory>()
  readonly #connections = new Map<string, Connection>()
  readonly #rosters = new Map<string, number>()

  /** The records that a new segment begins with. */
  beginSegment(at: number): readonly SessionRecord[] {
    this.#rosters.clear()
    const connections = [...this.#connections.values()].map(connection => ({ ...connection, at }))
    return [
      ...connections,
      ...[...this.#inventories.values()].map(known => inventoryRecord({ ...known, at })),
    ]
  }

  records(item: RecorderItem): readonly SessionRecord[] {
    const { at } = item
    switch (item.kind) {
      case 'gap':
        return [{ at, kind: 'gap', records: item.records }]
      case 'fact': {
        const record = { at, ...item.fact } as SessionRecord
        if (record.kind === 'connection') this.#connections.set(record.connectionId, record)
        return [record]
      }
      case 'inventory':
        this.#remember(item)
        return [inventoryRecord(item)]
      case 'metrics': {
        const [vmRoster, vmRecords] = this.#rosterOf(item.vms.ids, at)
        const [hostRoster, hostRecords] = this.#rosterOf(item.hosts.ids, at)
        const { connectionId, poolMs } = item
        const [vms, hosts] = [columnsOf(item.vms), columnsOf(item.hosts)]
        const record = {
          at,
          kind: 'metrics',
          connectionId,
          poolMs,
          vmRoster,
          vms,
          hostRoster,
          hosts,
        } as const
        return [...vmRecords, ...hostRecords, record]
      }
      case 'estimates': {
        const [vmRoster, rosterRecords] = this.#rosterOf(item.vms.ids, at)
        const record = {
          at,
          kind: 'estimates',
          poolMs: item.poolMs,
          vmRoster,
          vms: columnsOf(item.vms),
        } as const
        return [...rosterRecords, record]
      }
      case 'forecasts': {
        const { poolMs, vmIds, dirtyPagesPerSecond, cpuRatio } = item.summary
        const [vmRoster, rosterRecords] = this.#rosterOf(vmIds, at)
        const columns = {
          dirtyPagesPerSecond: Array.from(dirtyPagesPerSecond, rounded),
          cpuRatio: Array.from(cpuRatio, rounded),
        }
        return [...rosterRecords, { at, kind: 'forecasts', poolMs, vmRoster, ...columns }]
      }
    }
  }

  #remember(item: Inventory): void {
    const before = item.whole ? undefined : this.#inventories.get(item.connectionId)
    const merge = <T extends { readonly id: string }>(
      old: readonly T[],
      changed: readonly T[],
    ): readonly T[] => {
      const byId = new Map(old.map(each => [each.id, each]))
      for (const each of changed) byId.set(each.id, each)
      for (const id of item.gone) byId.delete(id)
      return [...byId.values()]
    }
    this.#inventories.set(item.connectionId, {
      ...item,
      whole: true,
      pool: item.pool ?? before?.pool,
      hosts: merge(before?.hosts ?? [], item.hosts),
      vms: merge(before?.vms ?? [], item.vms),
      gone: [],
    })
  }

  #rosterOf(ids: readonly string[], at: number): readonly [number, readonly SessionRecord[]] {
    const key = ids.join(' ')
    const known = this.#rosters.get(key)
    if (known !== undefined) return [known, []]
    const roster = this.#rosters.size
    this.#rosters.set(key, roster)
    return [roster, [{ at, kind: 'roster', roster, ids: [...ids] }]]
  }
}

const inventoryRecord = ({ at, connectionId, whole, pool, hosts, vms, gone }: Inventory): SessionRecord => ({
  at,
  kind: 'inventory',
  connectionId,
  whole,
  ...(pool && { pool: { ...pool } }),
  hosts: hosts.map(host => ({ ...host })),
  vms: vms.map(vm => ({ ...vm })),
  gone: [...gone],
})
