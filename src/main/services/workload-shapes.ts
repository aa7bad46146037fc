import type { PoolShapes } from '../../shared/contract/pool.ts'
import { Failure } from '../../shared/failure.ts'
import type { ShapeSorter } from '../ports/shape-sorter.ts'
import type { Store } from '../ports/store.ts'
import type { Connections } from './connections.ts'
import type { ControlLoop } from './control-loop.ts'

interface Deps {
  readonly connections: Connections
  readonly loop: ControlLoop
  readonly store: Store
  readonly sorter: ShapeSorter
}

/** What shapes are told by: the last six hours in columns of 90 s, or the last two in columns of 30 s. */
const COLUMNS = 240
const LONG_COLUMN_MS = 90_000
const SHORT_COLUMN_MS = 30_000
/** Columns of the longer range from which on it is used: those are the two hours of the shorter. */
const LONG_NEEDED = 80
/** Shapes are of hours: they are told anew after so much pool time at the earliest. */
const KEPT_MS = 60_000

interface Kept {
  readonly atMs: number
  readonly shapes: Promise<PoolShapes>
}

/** The VMs of a pool sorted by the shape of their workload, when somebody asks. */
export class WorkloadShapes {
  readonly #deps: Deps
  readonly #kept = new Map<string, Kept>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Many windows that ask within a minute are answered once. */
  shapes(poolId: string): Promise<PoolShapes> {
    const pool = this.#deps.connections.pools.find(({ inventory }) => inventory.pool.id === poolId)
    const atMs = pool && this.#deps.loop.latestOf(pool.connectionId)?.atMs
    if (!pool || atMs === undefined) return Promise.reject(noFigures(poolId))
    const kept = this.#kept.get(poolId)
    if (kept && Math.abs(atMs - kept.atMs) < KEPT_MS) return kept.shapes
    const running = pool.inventory.vms.filter(vm => vm.powerState === 'running')
    const shapes = this.#sort(
      poolId,
      running.map(vm => vm.id),
      atMs,
    )
    this.#kept.set(poolId, { atMs, shapes })
    // What failed is tried again by whoever asks next.
    shapes.catch(() => this.#kept.delete(poolId))
    return shapes
  }

  async #sort(poolId: string, vmIds: readonly string[], atMs: number): Promise<PoolShapes> {
    const long = await this.#past(vmIds, atMs, LONG_COLUMN_MS)
    const past = columnsKnown(long.cpu) >= LONG_NEEDED ? long : await this.#past(vmIds, atMs, SHORT_COLUMN_MS)
    return { atMs, ...(await this.#deps.sorter.sort({ poolId, vmIds, ...past })) }
  }

  async #past(vmIds: readonly string[], atMs: number, columnMs: number) {
    const { store } = this.#deps
    const toMs = (Math.floor(atMs / columnMs) + 1) * columnMs
    const order = {
      subjects: vmIds.map(seriesId => ({ seriesId, ioCapacityBytesPerSecond: null })),
      fromMs: toMs - COLUMNS * columnMs,
      toMs,
      columns: COLUMNS,
    }
    const [cpu, dirty] = await Promise.all([
      store.grid({ ...order, figure: 'cpu' }),
      store.grid({ ...order, figure: 'dirty' }),
    ])
    return { columnMs, cpu, dirty }
  }
}

/** In how many columns anything is known of any VM. */
const columnsKnown = (grid: Float32Array): number => {
  const known = new Uint8Array(COLUMNS)
  for (const [cell, value] of grid.entries()) if (!Number.isNaN(value)) known[cell % COLUMNS] = 1
  return known.reduce((sum, each) => sum + each, 0)
}

const noFigures = (poolId: string): Failure =>
  new Failure({
    code: 'not-found',
    message: `The workloads of pool ${poolId} cannot be sorted by shape: it is not connected, or has told nothing yet.`,
    remedy: 'Settings says how each connection is doing.',
  })
