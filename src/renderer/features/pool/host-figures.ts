import type { HostLoad, HostOutlookPoint } from '../../../shared/model/host-load.ts'

/** Share of a host that is still free, 0..1; null where unknown. */
export interface Headroom {
  readonly cpu: number | null
  readonly memory: number | null
}

export const headroomNow = ({ ratios }: HostLoad): Headroom => ({
  cpu: ratios.cpu === null ? null : Math.max(0, 1 - ratios.cpu),
  memory: ratios.memory === null ? null : Math.max(0, 1 - ratios.memory),
})

/** The point at which a host's CPU is forecast to be highest; undefined without a forecast. */
export const worstAhead = ({ outlook }: HostLoad): HostOutlookPoint | undefined =>
  outlook.reduce<HostOutlookPoint | undefined>(
    (worst, point) => (worst && worst.cpuRatio >= point.cpuRatio ? worst : point),
    undefined,
  )

/** The host likeliest to be overloaded soon; undefined where no probability is known. */
export const likeliestOverload = (
  loads: readonly HostLoad[],
): { readonly hostId: string; readonly probability: number; readonly atMs: number } | undefined => {
  let worst: { hostId: string; probability: number; atMs: number } | undefined
  for (const { hostId, overload } of loads) {
    if (overload.kind === 'unknown') continue
    if (!worst || overload.probability > worst.probability)
      worst = { hostId, probability: overload.probability, atMs: overload.atMs }
  }
  return worst
}

/** How far ahead any of the hosts is forecast, ms. */
export const forecastReachMs = (loads: readonly HostLoad[]): number =>
  Math.max(0, ...loads.map(load => load.outlook.at(-1)?.aheadMs ?? 0))
