import type { HeatFigure, PoolHeat } from '../../src/shared/contract/pool.ts'
import type { FakeFleet } from './fake-fleet.ts'

interface Order {
  readonly poolId: string
  readonly figure: HeatFigure
  readonly by: 'hosts' | 'vms'
  readonly rowIds: readonly string[]
  readonly fromMs: number
  readonly toMs: number
  readonly columns: number
}

const AHEAD_MS = [1000, 10_000, 30_000, 60_000]

/** A wave for each host or VM up to now, in the figure's units; the pool's first tells nothing. */
export const fakePoolHeat = (
  { hosts, vms }: Pick<FakeFleet, 'hosts' | 'vms'>,
  { poolId, by, rowIds, figure, fromMs, toMs, columns }: Order,
  nowMs: number,
): PoolHeat => {
  const all = (by === 'hosts' ? hosts : vms).filter(one => one.poolId === poolId)
  const numbers = new Map(all.map(({ id }, number) => [id, number]))
  const rows = rowIds.flatMap(id => numbers.get(id) ?? [])
  const inUnits = {
    load: (share: number) => 16 ** share,
    cpu: Number,
    dirty: (share: number) => share * 150_000,
    risk: Number,
  }
  const valueAt = (row: number, atMs: number) =>
    row === 0 || atMs > nowMs ? Number.NaN : inUnits[figure](0.5 + 0.5 * Math.sin(atMs / 600_000 + row))
  const columnMs = (toMs - fromMs) / columns
  return {
    rowIds: rows.flatMap(number => all[number]?.id ?? []),
    fromMs,
    toMs,
    columns,
    values: Float32Array.from({ length: rows.length * columns }, (_, cell) =>
      valueAt(rows[Math.floor(cell / columns)] ?? 0, fromMs + (cell % columns) * columnMs),
    ),
    forecastAtMs: nowMs,
    aheadMs: AHEAD_MS,
    forecast: Float32Array.from({ length: rows.length * AHEAD_MS.length }, (_, cell) =>
      valueAt(rows[Math.floor(cell / AHEAD_MS.length)] ?? 0, nowMs),
    ),
  }
}
