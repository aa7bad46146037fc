import { z } from 'zod'
import type { Forecast } from '../model/forecast.ts'
import type { Host } from '../model/host.ts'
import type { HostLoad } from '../model/host-load.ts'
import type { Pool } from '../model/pool.ts'
import type { HostSample, VmSample } from '../model/sample.ts'
import type { Vm } from '../model/vm.ts'
import { stream } from '../rpc/contract.ts'
import { type Table, tableOf } from '../rpc/table.ts'

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

/** Rows by id as they travel: their ids only where they differ from those of the item before on the same stream. */
export interface IdTable<T extends { readonly vmId: string }> {
  readonly ids: readonly string[] | null
  readonly rows: Table<Omit<T, 'vmId'>>
}

/** A `FleetItem` as it travels: what comes every tick for every VM in columns. */
export interface FleetPacket extends Omit<FleetItem, 'vmSamples' | 'forecasts' | 'risks'> {
  readonly vmSamples: IdTable<VmSample>
  readonly forecasts: IdTable<Forecast>
  readonly risks: IdTable<Risk>
}

/** Makes packers of one kind of rows. What several windows are told in a tick is put into columns once. */
const idTables = <T extends { readonly vmId: string }>() => {
  const tables = new WeakMap<readonly T[], Table<Omit<T, 'vmId'>>>()
  const tableFor = (rows: readonly T[]): Table<Omit<T, 'vmId'>> => {
    const known = tables.get(rows)
    if (known) return known
    const made = tableOf(rows, 'vmId')
    tables.set(rows, made)
    return made
  }
  return () => {
    let told: readonly string[] = []
    return (rows: readonly T[]): IdTable<T> => {
      const isAsTold = rows.length === told.length && rows.every(({ vmId }, row) => vmId === told[row])
      if (!isAsTold) told = rows.map(({ vmId }) => vmId)
      return { ids: isAsTold ? null : told, rows: tableFor(rows) }
    }
  }
}

const sampleTables = idTables<VmSample>()
const forecastTables = idTables<Forecast>()
const riskTables = idTables<Risk>()

/** Packs the items of one stream, in their order. */
export const fleetPacker = (): ((item: FleetItem) => FleetPacket) => {
  const [vmSamples, forecasts, risks] = [sampleTables(), forecastTables(), riskTables()]
  return item => ({
    ...item,
    vmSamples: vmSamples(item.vmSamples),
    forecasts: forecasts(item.forecasts),
    risks: risks(item.risks),
  })
}

export const fleetContract = {
  'fleet.watch': stream<FleetPacket>()(z.object({})),
}
