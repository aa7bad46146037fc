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
  if (!first) return []
  const busyCores = new Float64Array(first.points.length)
  let busyNow = 0
  let isWhole = hostCpuRatio !== null
  for (const { vcpuCount, cpuRatio, forecast } of vms) {
    if (!forecast) return []
    if (cpuRatio === null) isWhole = false
    else busyNow += cpuRatio * vcpuCount
    for (let at = 0; at < busyCores.length; at++)
      busyCores[at] = (busyCores[at] ?? 0) + (forecast.points[at]?.cpuRatio ?? 0) * vcpuCount
  }
  const rest = isWhole ? Math.max(0, (hostCpuRatio ?? 0) - busyNow / cores) : 0
  return first.points.map(({ aheadMs }, at) => ({
    aheadMs,
    cpuRatio: Math.min(1, rest + (busyCores[at] ?? 0) / cores),
  }))
}
