import { z } from 'zod'
import type { Forecast } from '../model/forecast.ts'
import type { Host } from '../model/host.ts'
import type { HostLoad } from '../model/host-load.ts'
import type { Pool } from '../model/pool.ts'
import type { HostSample, VmSample } from '../model/sample.ts'
import type { Vm } from '../model/vm.ts'
import { stream } from '../rpc/contract.ts'

export interface Risk {
  readonly vmId: string
  /** `unknown` where there is no figure to tell it by. */
  readonly level: 'unknown' | 'none' | 'watch' | 'high'
  /** Pool time at which trouble is expected, ms since the epoch; null when it is here already or not expected. */
  readonly expectedAtMs: number | null
  /** One plain sentence. */
  readonly reason: string
}

/**
 * The fleet. The first item carries everything; later ones carry `inventory` only when it changed, and the
 * samples, forecasts and risks of the latest tick. Conflated: a slow reader sees the latest only.
 */
export interface FleetItem {
  readonly atMs: number
  readonly inventory: {
    readonly pools: readonly Pool[]
    readonly hosts: readonly Host[]
    readonly vms: readonly Vm[]
  } | null
  readonly vmSamples: readonly VmSample[]
  readonly hostSamples: readonly HostSample[]
  readonly forecasts: readonly Forecast[]
  readonly risks: readonly Risk[]
  readonly hostLoads: readonly HostLoad[]
  /** Dirty rate (pages/s) that starts a migration, by pool id: triggerTheta times the link's rate. */
  readonly triggerPagesPerSecond: Readonly<Record<string, number>>
}

export const fleetContract = {
  'fleet.watch': stream<FleetItem>()(z.object({})),
}
