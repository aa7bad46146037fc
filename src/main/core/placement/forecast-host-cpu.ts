import type { Forecast } from '../../../shared/model/forecast.ts'

/** A VM as its host's forecast sees it. */
export interface ForecastVm {
  readonly vcpuCount: number
  /** Its CPU use now over all its vCPUs, 0..1; null where unknown. */
  readonly cpuRatio: number | null
  readonly forecast: Forecast | undefined
}

export interface CpuPoint {
  readonly aheadMs: number
  readonly cpuRatio: number
}

/**
 * A host's CPU, 0..1, as the forecasts of its running VMs add up, nearest first. What its VMs do not account for now
 * (the control domain) is taken to stay. Empty where a VM has no forecast. `hostCpuRatio` is null where unknown.
 */
export const forecastHostCpu = (
  cpuCount: number,
  hostCpuRatio: number | null,
  vms: readonly ForecastVm[],
): readonly CpuPoint[] => {
  const cores = Math.max(1, cpuCount)
  const first = vms[0]?.forecast
  if (!first || vms.some(vm => !vm.forecast)) return []
  const now = vms.reduce((sum, vm) => sum + (vm.cpuRatio ?? 0) * vm.vcpuCount, 0) / cores
  const isWhole = hostCpuRatio !== null && vms.every(vm => vm.cpuRatio !== null)
  const rest = isWhole ? Math.max(0, hostCpuRatio - now) : 0
  return first.points.map(({ aheadMs }, at) => {
    const sum = vms.reduce((total, vm) => total + (vm.forecast?.points[at]?.cpuRatio ?? 0) * vm.vcpuCount, 0)
    return { aheadMs, cpuRatio: Math.min(1, rest + sum / cores) }
  })
}
