import type { HeatFigure } from '../../shared/contract/pool.ts'
import type { Forecast } from '../../shared/model/forecast.ts'
import type { HostOutlookPoint } from '../../shared/model/host-load.ts'
import { numberOf } from '../../shared/model/measure.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { loadIndex } from '../core/placement/load-index.ts'
import type { FleetState } from './fleet-state.ts'

interface ForecastOrder {
  readonly by: 'hosts' | 'vms'
  readonly figure: HeatFigure
  readonly rowIds: readonly string[]
  readonly vms: readonly Vm[]
}

interface ForecastRows {
  readonly atMs: number | null
  readonly aheadMs: readonly number[]
  /** Rows x points, NaN where nothing is forecast; risks not yet over their limit. */
  readonly values: Float32Array
}

type Points = readonly { readonly aheadMs: number; readonly value: number }[]

/** A VM's load index is of its own CPU and memory; its memory is taken to stay. */
const pointsOfVm = (
  forecast: Forecast,
  { figure, memoryRatio }: { figure: HeatFigure; memoryRatio: number | undefined },
): Points =>
  forecast.points.map(({ aheadMs, cpuRatio, dirtyPagesPerSecond }) => {
    if (figure === 'cpu') return { aheadMs, value: cpuRatio }
    if (figure !== 'load') return { aheadMs, value: dirtyPagesPerSecond }
    return { aheadMs, value: memoryRatio === undefined ? Number.NaN : loadIndex([cpuRatio, memoryRatio]) }
  })

const pointsOfHost = (
  outlook: readonly HostOutlookPoint[],
  { figure, itsForecasts }: { figure: HeatFigure; itsForecasts: readonly Forecast[] },
): Points =>
  outlook.map((point, at) => {
    if (figure === 'load') return { aheadMs: point.aheadMs, value: point.loadIndex }
    if (figure !== 'dirty') return { aheadMs: point.aheadMs, value: point.cpuRatio }
    const sum = itsForecasts.reduce((total, { points }) => total + (points[at]?.dirtyPagesPerSecond ?? 0), 0)
    return { aheadMs: point.aheadMs, value: sum }
  })

const pointsByRow = (
  fleet: FleetState,
  { by, figure, vms, rowIds }: ForecastOrder,
): ReadonlyMap<string, Points> => {
  if (by === 'vms') {
    const wanted = new Set(rowIds)
    const samples = fleet.vmSamples.filter(({ vmId }) => wanted.has(vmId))
    const memory = new Map(samples.map(sample => [sample.vmId, numberOf(sample.memoryRatio)]))
    return new Map(
      fleet.forecasts
        .filter(({ vmId }) => wanted.has(vmId))
        .map(forecast => [
          forecast.vmId,
          pointsOfVm(forecast, { figure, memoryRatio: memory.get(forecast.vmId) }),
        ]),
    )
  }
  const forecasts = new Map(fleet.forecasts.map(forecast => [forecast.vmId, forecast]))
  const vmsByHost = Map.groupBy(vms, vm => vm.hostId)
  return new Map(
    fleet.hostLoads.map(({ hostId, outlook }) => {
      const itsForecasts = (vmsByHost.get(hostId) ?? []).flatMap(vm => forecasts.get(vm.id) ?? [])
      return [hostId, pointsOfHost(outlook, { figure, itsForecasts })]
    }),
  )
}

/** What the last tick forecasts of each row, at the points that forecasts have. */
export const forecastRows = (fleet: FleetState, order: ForecastOrder): ForecastRows => {
  const byRow = pointsByRow(fleet, order)
  const { rowIds } = order
  const aheadMs =
    rowIds
      .map(id => byRow.get(id))
      .find(points => points?.length)
      ?.map(point => point.aheadMs) ?? []
  const values = new Float32Array(rowIds.length * aheadMs.length).fill(Number.NaN)
  for (const [row, id] of rowIds.entries())
    for (const [at, { value }] of (byRow.get(id) ?? []).entries())
      if (at < aheadMs.length) values[row * aheadMs.length + at] = value
  const vmIds = new Set(order.vms.map(vm => vm.id))
  const first = fleet.forecasts.find(({ vmId }) => vmIds.has(vmId))
  return { atMs: aheadMs.length > 0 ? (first?.atMs ?? null) : null, aheadMs, values }
}
