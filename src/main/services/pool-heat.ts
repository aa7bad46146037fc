import type { HeatFigure, HeatMaker, PoolHeat as PoolHeatItem } from '../../shared/contract/pool.ts'
import { Failure } from '../../shared/failure.ts'
import { type GridFigure, hostSeriesId } from '../../shared/model/figure-grid.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import { placementAt } from '../core/placement/placement-at.ts'
import type { Inventory } from '../ports/hypervisor.ts'
import type { Store } from '../ports/store.ts'
import type { Connections } from './connections.ts'
import type { ControlLoop } from './control-loop.ts'
import { forecastRows } from './heat-forecast.ts'
import type { Migrator } from './migrator.ts'

interface Deps {
  readonly connections: Connections
  readonly loop: ControlLoop
  readonly store: Store
  readonly migrator: Migrator
  readonly thresholds: Thresholds
}

interface HeatOrder {
  readonly poolId: string
  readonly by: 'hosts' | 'vms'
  readonly rowIds: readonly string[]
  readonly figure: HeatFigure
  readonly fromMs: number
  readonly toMs: number
  readonly columns: number
}

const MAKERS_TOLD = 5

/** What is stored that a figure is made of: a host's risk is its CPU, a VM's its dirty rate, over a limit. */
const storedFigure = (figure: HeatFigure, by: HeatOrder['by']): GridFigure => {
  if (figure !== 'risk') return figure
  return by === 'hosts' ? 'cpu' : 'dirty'
}

/** The past of a pool's hosts and VMs in columns, from the store, and what is forecast of them, from the last tick. */
export class PoolHeat {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  async heat(order: HeatOrder): Promise<PoolHeatItem> {
    const { pool, hosts, vms } = this.#inventoryOf(order.poolId)
    const known = new Set((order.by === 'hosts' ? hosts : vms).map(({ id }) => id))
    const rowIds = order.rowIds.filter(id => known.has(id))
    const limit = this.#limitOf(order)
    const { fromMs, toMs, columns } = order
    const grid = await this.#deps.store.grid({
      subjects: rowIds.map(id =>
        order.by === 'hosts'
          ? { seriesId: hostSeriesId(id), ioCapacityBytesPerSecond: pool.linkBytesPerSecond || null }
          : { seriesId: id, ioCapacityBytesPerSecond: null },
      ),
      figure: storedFigure(order.figure, order.by),
      fromMs,
      toMs,
      columns,
    })
    const ahead = forecastRows(this.#deps.loop.fleet.value, { ...order, rowIds, vms })
    return {
      rowIds,
      fromMs,
      toMs,
      columns,
      values: over(grid, limit),
      forecastAtMs: ahead.atMs,
      aheadMs: ahead.aheadMs,
      forecast: over(ahead.values, limit),
    }
  }

  /** What the VMs that were on a host used of its CPU, or dirtied, whichever the figure is about. */
  async makers(
    order: Omit<HeatOrder, 'by' | 'rowIds' | 'columns'> & { hostId: string },
  ): Promise<readonly HeatMaker[]> {
    const { hosts, vms } = this.#inventoryOf(order.poolId)
    const { fromMs, toMs } = order
    const places = placementAt(vms, this.#deps.migrator.states.values(), (fromMs + toMs) / 2)
    const there = vms.filter(vm => places.get(vm.id) === order.hostId)
    const figure = order.figure === 'dirty' ? 'dirty' : 'cpu'
    const subjects = there.map(({ id }) => ({ seriesId: id, ioCapacityBytesPerSecond: null }))
    const means = await this.#deps.store.grid({ subjects, figure, fromMs, toMs, columns: 1 })
    const cores = Math.max(1, hosts.find(host => host.id === order.hostId)?.cpuCount ?? 1)
    return there
      .map((vm, row) => {
        const mean = means[row] ?? Number.NaN
        return { vmId: vm.id, value: figure === 'dirty' ? mean : (mean * vm.vcpuCount) / cores }
      })
      .filter(maker => !Number.isNaN(maker.value))
      .sort((a, b) => b.value - a.value)
      .slice(0, MAKERS_TOLD)
  }

  /** What a stored figure is told in parts of: 1 where it is told as it is. */
  #limitOf({ figure, by, poolId }: HeatOrder): number {
    if (figure !== 'risk') return 1
    const theta = this.#deps.loop.fleet.value.triggerPagesPerSecond[poolId]
    return by === 'hosts' ? this.#deps.thresholds.cpuTrigger.value : (theta ?? Number.NaN)
  }

  #inventoryOf(poolId: string): Inventory {
    const found = this.#deps.connections.pools.find(({ inventory }) => inventory.pool.id === poolId)
    if (found) return found.inventory
    throw new Failure({
      code: 'not-found',
      message: `No connected pool has the id ${poolId}, so its past cannot be told.`,
      remedy: 'Settings says how each connection is doing; the past is kept and shown when the pool is back.',
    })
  }
}

const over = (values: Float32Array, limit: number): Float32Array =>
  limit === 1 ? values : values.map(value => value / limit)
