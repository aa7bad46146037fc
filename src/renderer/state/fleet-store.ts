import { createStore, type StoreApi } from 'zustand/vanilla'
import type { FleetPacket, Risk } from '../../shared/contract/fleet.ts'
import type { Forecast } from '../../shared/model/forecast.ts'
import type { Host } from '../../shared/model/host.ts'
import type { HostLoad } from '../../shared/model/host-load.ts'
import type { Pool } from '../../shared/model/pool.ts'
import type { HostSample, VmSample } from '../../shared/model/sample.ts'
import type { Vm } from '../../shared/model/vm.ts'
import { AWAITING, type FeedStatus, heard } from './feed-status.ts'
import { type Gone, goneAfter } from './gone.ts'
import { LatestRows } from './latest-rows.ts'
import { SampleRings, SET_BACK_MS } from './sample-ring.ts'

export interface FleetState {
  readonly feed: FeedStatus
  /** Arrays and maps keep their identity until the inventory changes. */
  readonly pools: readonly Pool[]
  readonly hosts: readonly Host[]
  readonly vms: readonly Vm[]
  readonly poolsById: ReadonlyMap<string, Pool>
  readonly hostsById: ReadonlyMap<string, Host>
  readonly vmsById: ReadonlyMap<string, Vm>
  /** The latest of each; new maps every tick, the values inside change only when heard of again. */
  readonly vmSamples: LatestRows<VmSample>
  readonly hostSamples: ReadonlyMap<string, HostSample>
  readonly forecasts: LatestRows<Forecast>
  readonly risks: LatestRows<Risk>
  /** By host id. */
  readonly hostLoads: ReadonlyMap<string, HostLoad>
  /** Dirty rate (pages/s) that starts a migration, by pool id. */
  readonly triggerPagesPerSecond: Readonly<Record<string, number>>
  /** Pools and hosts that were there before, by id. */
  readonly gone: ReadonlyMap<string, Gone>
  /** Pool time of the newest reading, by pool id, ms since the epoch. */
  readonly poolTimeMs: ReadonlyMap<string, number>
}

const empty = (): FleetState => ({
  feed: AWAITING,
  pools: [],
  hosts: [],
  vms: [],
  poolsById: new Map(),
  hostsById: new Map(),
  vmsById: new Map(),
  vmSamples: LatestRows.none(),
  hostSamples: new Map(),
  forecasts: LatestRows.none(),
  risks: LatestRows.none(),
  hostLoads: new Map(),
  triggerPagesPerSecond: {},
  gone: new Map(),
  poolTimeMs: new Map(),
})

const byId = <T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map(item => [item.id, item]))

/** `present` with `latest` on top, without what `keeps` no longer has; the same map when nothing changes. */
const merged = <T>(
  present: ReadonlyMap<string, T>,
  latest: readonly (readonly [string, T])[],
  keeps: ReadonlyMap<string, unknown> | null,
): ReadonlyMap<string, T> => {
  if (latest.length === 0 && keeps === null) return present
  const next = new Map(present)
  for (const [id, value] of latest) next.set(id, value)
  if (keeps) for (const id of next.keys()) if (!keeps.has(id)) next.delete(id)
  return next
}

/** The fleet and the last 10 minutes of each VM; `apply` takes one item of `fleet.watch`. */
export interface FleetStore extends StoreApi<FleetState> {
  readonly rings: SampleRings
  apply(item: FleetPacket, nowMs: number): void
  reset(): void
}

const inventoryOf = (item: FleetPacket, state: FleetState) => {
  if (!item.inventory) return state
  const { pools, hosts, vms } = item.inventory
  return {
    pools,
    hosts,
    vms,
    poolsById: byId(pools),
    hostsById: byId(hosts),
    vmsById: byId(vms),
  }
}

/** Pool times by what hosts report; by VMs too where a pool's hosts said nothing this time. */
const poolTimes = (
  hostSamples: readonly HostSample[],
  state: Pick<FleetState, 'hostsById' | 'vmsById' | 'poolsById' | 'poolTimeMs' | 'vmSamples'>,
): ReadonlyMap<string, number> => {
  const newest = new Map<string, number>()
  const see = (poolId: string | undefined, atMs: number) => {
    if (poolId !== undefined)
      newest.set(poolId, Math.max(atMs, newest.get(poolId) ?? Number.NEGATIVE_INFINITY))
  }
  const told = new Set<string>()
  for (const sample of hostSamples) {
    const poolId = state.hostsById.get(sample.hostId)?.poolId
    if (poolId !== undefined) told.add(poolId)
    see(poolId, sample.atMs)
  }
  if (told.size < state.poolsById.size) {
    const atMsOf = state.vmSamples.numberReader('atMs')
    for (const vmId of state.vmSamples.latestIds) see(state.vmsById.get(vmId)?.poolId, atMsOf(vmId) ?? 0)
  }
  const next = new Map(state.poolTimeMs)
  for (const [poolId, atMs] of newest) {
    const knownMs = next.get(poolId) ?? Number.NEGATIVE_INFINITY
    if (atMs > knownMs || atMs < knownMs - SET_BACK_MS) next.set(poolId, atMs)
  }
  for (const poolId of next.keys()) if (!state.poolsById.has(poolId)) next.delete(poolId)
  return next
}

/** The fleet after `item`. */
export const fleetAfter = (state: FleetState, item: FleetPacket, nowMs: number): FleetState => {
  const inventory = inventoryOf(item, state)
  const vms = item.inventory ? inventory.vmsById : null
  const hosts = item.inventory ? inventory.hostsById : null
  const vmSamples = state.vmSamples.after(item.vmSamples, vms)
  return {
    ...state,
    ...inventory,
    feed: heard(state.feed, nowMs),
    vmSamples,
    hostSamples: merged(
      state.hostSamples,
      item.hostSamples.map(s => [s.hostId, s] as const),
      hosts,
    ),
    forecasts: state.forecasts.after(item.forecasts, vms),
    risks: state.risks.after(item.risks, vms),
    hostLoads: merged(
      state.hostLoads,
      item.hostLoads.map(l => [l.hostId, l] as const),
      hosts,
    ),
    triggerPagesPerSecond: item.triggerPagesPerSecond,
    gone: item.inventory ? goneAfter(state.gone, { before: state, after: inventory }, nowMs) : state.gone,
    poolTimeMs: poolTimes(item.hostSamples, { ...inventory, vmSamples, poolTimeMs: state.poolTimeMs }),
  }
}

export const createFleetStore = (): FleetStore => {
  const store = createStore<FleetState>(empty)
  const rings = new SampleRings()
  return {
    ...store,
    rings,
    apply(item, nowMs) {
      const next = fleetAfter(store.getState(), item, nowMs)
      rings.push(next.vmSamples, next.vms.length)
      if (item.inventory) rings.retain(next.vmsById)
      store.setState(next, true)
    },
    reset() {
      rings.clear()
      store.setState(empty(), true)
    },
  }
}

export const fleetStore = createFleetStore()
