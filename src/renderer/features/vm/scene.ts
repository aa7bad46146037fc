import { numberOf } from '../../../shared/model/measure.ts'
import type { VmSeries } from '../../../shared/model/sample.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { pageRateInMib } from '../../../shared/units.ts'
import { decisionStore, fleetStore, migrationStore } from '../../state/index.ts'
import { chartColumns } from './chart-columns.ts'
import { gapsOf } from './gaps.ts'
import { marksOf } from './marks.ts'
import type { ChartScene } from './time-charts.ts'
import { isAveraged, stretchOf, type TimeView } from './time-view.ts'
import { averageSeries, joinSeries } from './vm-history.ts'

/** Shortest gap that is named, as a share of what is in view. */
const GAP_SHARE = 0.03

/** Pool time of a VM now, ms since the epoch. */
export const poolNowOf = (vm: Vm): number => fleetStore.getState().poolTimeMs.get(vm.poolId) ?? Date.now()

/** What the charts of a VM show, as the stores hold it now; `stored` is its history from the store. */
export const sceneOf = (vm: Vm, stored: VmSeries | null, view: TimeView): ChartScene => {
  const fleet = fleetStore.getState()
  const nowMs = poolNowOf(vm)
  const stretch = stretchOf(view, nowMs)
  const live = fleetStore.rings.of(vm.id)?.series() ?? null
  const history = joinSeries(
    stored,
    live && isAveraged(view) ? averageSeries(live) : live,
    view.fixed ? Number.NEGATIVE_INFINITY : stretch.fromMs,
  )
  const now = fleet.vmSamples.get(vm.id)?.dirtyPagesPerSecond
  const theta = fleet.triggerPagesPerSecond[vm.poolId]
  return {
    columns: chartColumns(
      history,
      fleet.forecasts.get(vm.id),
      now?.origin === 'estimated' && numberOf(now) !== undefined ? now.errorRatio : undefined,
    ),
    marks: marksOf(vm.id, {
      decisions: decisionStore.getState().list,
      migrations: migrationStore.getState().list,
      risk: fleet.risks.get(vm.id),
      nameOfHost: id => fleet.hostsById.get(id)?.name ?? 'a host that is gone',
    }),
    gaps: gapsOf(history, stretch, { nowMs, leastMs: GAP_SHARE * (stretch.toMs - stretch.fromMs) }),
    thetaMib: theta === undefined ? null : pageRateInMib(theta),
    stretch,
    nowMs,
  }
}
