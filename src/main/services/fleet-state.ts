import type { Risk } from '../../shared/contract/fleet.ts'
import type { Forecast } from '../../shared/model/forecast.ts'
import type { HostLoad } from '../../shared/model/host-load.ts'
import type { HostSample, VmSample } from '../../shared/model/sample.ts'

/** What the latest tick knows of every pool. */
export interface FleetState {
  readonly atMs: number
  readonly inventoryVersion: number
  readonly vmSamples: readonly VmSample[]
  readonly hostSamples: readonly HostSample[]
  readonly forecasts: readonly Forecast[]
  readonly risks: readonly Risk[]
  readonly hostLoads: readonly HostLoad[]
  readonly triggerPagesPerSecond: Readonly<Record<string, number>>
}

export const emptyFleet: FleetState = {
  atMs: 0,
  inventoryVersion: 0,
  vmSamples: [],
  hostSamples: [],
  forecasts: [],
  risks: [],
  hostLoads: [],
  triggerPagesPerSecond: {},
}
