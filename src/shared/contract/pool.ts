import { z } from 'zod'
import type { ShapeGroup } from '../model/workload-shape.ts'
import { call } from '../rpc/contract.ts'

/** `risk` is 1 where trouble begins: a host's CPU over its trigger, a VM's dirty rate over theta. */
export const heatFigures = ['load', 'cpu', 'dirty', 'risk'] as const
export type HeatFigure = (typeof heatFigures)[number]

/** Some hosts or VMs by time: means of equal stretches of the past, and what is forecast. */
export interface PoolHeat {
  /** Ids of the hosts or VMs that were asked for and are there, a row each. */
  readonly rowIds: readonly string[]
  readonly fromMs: number
  readonly toMs: number
  readonly columns: number
  /** Rows x columns, NaN where nothing is known. CPU and risk are ratios, the dirty rate pages/s. */
  readonly values: Float32Array
  /** The pool time that the forecast was made at, ms since the epoch; null without one. */
  readonly forecastAtMs: number | null
  readonly aheadMs: readonly number[]
  /** Rows x points of `aheadMs`, NaN where nothing is forecast. */
  readonly forecast: Float32Array
}

/** A VM that made a host what it was at some time, with its own value of the figure. */
export interface HeatMaker {
  readonly vmId: string
  readonly value: number
}

const id = z.string().min(1).max(64)
const time = z.number().min(0).max(8.64e15)
const figure = z.enum(heatFigures)

/** Columns of a heatmap at most: more than a screen tells apart. */
export const MAX_HEAT_COLUMNS = 240

/** Rows of a heatmap in one answer at most: several times what a window shows at once. */
export const MAX_HEAT_ROWS = 256

/** VMs by the shape of their workload over the last hours. */
export interface PoolShapes {
  readonly atMs: number
  readonly groups: readonly ShapeGroup[]
  /** VMs of which too little is known. */
  readonly unknownVmIds: readonly string[]
}

export const poolContract = {
  /** The heat of some of a pool's hosts or VMs: those that a window shows, for a large pool's are megabytes. */
  'pool.heat': call<PoolHeat>()(
    z
      .object({
        poolId: id,
        by: z.enum(['hosts', 'vms']),
        rowIds: z.array(id).max(MAX_HEAT_ROWS),
        figure,
        fromMs: time,
        toMs: time,
        columns: z.int().min(1).max(MAX_HEAT_COLUMNS),
      })
      .refine(({ fromMs, toMs }) => fromMs < toMs, 'it must end after it begins'),
  ),
  /** The VMs that were on a host between two times and counted most, most first; at most five. */
  'pool.makers': call<{ readonly makers: readonly HeatMaker[] }>()(
    z.object({ poolId: id, hostId: id, figure, fromMs: time, toMs: time }),
  ),
  /** The running VMs of a pool by the shape of their workload; told anew once a minute of pool time. */
  'pool.shapes': call<PoolShapes>()(z.object({ poolId: id })),
}
