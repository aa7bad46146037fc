/** What S3's load index multiplies over. */
export const loadFactors = ['cpu', 'memory', 'disk', 'network'] as const
export type LoadFactor = (typeof loadFactors)[number]

/** Used share of each resource, 0..1; null where the use or the capacity is not known. */
export type LoadRatios = Readonly<Record<LoadFactor, number | null>>

/** A host's CPU, 0..1, and load index as they are expected `aheadMs` after the tick. */
export interface HostOutlookPoint {
  readonly aheadMs: number
  readonly cpuRatio: number
  readonly loadIndex: number
}

/** How likely a host's CPU is to reach `cpuTrigger` within the reach of its forecast. */
export type Overload =
  | {
      readonly kind: 'known'
      /** Share of the recorded forecast errors that would bring it there. */
      readonly probability: number
      /** Pool time at which it is likeliest, ms since the epoch. */
      readonly atMs: number
      /** How many errors the share is taken of. */
      readonly errors: number
    }
  | { readonly kind: 'unknown'; readonly because: string }

/** What a tick says of how loaded a host is and will be. */
export interface HostLoad {
  readonly hostId: string
  readonly atMs: number
  /** S3's load index over the factors that are known; null where CPU or memory is not. */
  readonly index: number | null
  readonly ratios: LoadRatios
  /** Nearest first; empty where one of its VMs has no forecast. */
  readonly outlook: readonly HostOutlookPoint[]
  readonly overload: Overload
}
