import { assertNever } from '../../../shared/failure.ts'
import type { Host } from '../../../shared/model/host.ts'
import type { HostLoad } from '../../../shared/model/host-load.ts'
import type { Measure } from '../../../shared/model/measure.ts'
import { formatBytes, formatLoad } from '../../../shared/units.ts'
import { type FleetState, hashOf } from '../../state/index.ts'
import { highestLoad, loadTitle, overloadText } from '../pool/index.ts'
import { type FigureText, gibText, measureText, percentText } from './figure-text.ts'
import { type FleetLine, NO_LINE } from './fleet-line.ts'
import type { FleetRow } from './fleet-rows.ts'
import { riskCounts } from './risk-counts.ts'

type Group = Exclude<FleetRow, { kind: 'vm' }>

const countText = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`

const stateOf = (text: string): FleetLine['state'] => ({ text, title: '', tone: 'faint' })

const atRisk = (count: number): FleetLine['risk'] =>
  count === 0 ? NO_LINE.risk : { level: 'high', word: '', rest: `${count} at risk`, title: '' }

const hostRisk = (load: HostLoad | undefined, count: number): FleetLine['risk'] => {
  const overload = load && overloadText(load.overload)
  return overload ? { level: 'high', word: '', rest: overload.text, title: overload.title } : atRisk(count)
}

const hostState = (host: Host): string => (!host.live ? 'down' : host.enabled ? 'up' : 'disabled')

const memoryOf = (host: Host, ratio: Measure | undefined): FigureText => {
  const used = measureText(ratio, value => gibText(value * host.memoryBytes))
  return { ...used, title: `Of ${formatBytes(host.memoryBytes)}. ${used.title}` }
}

const poolLine = (poolId: string, vmCount: number, fleet: FleetState): FleetLine => {
  const pool = fleet.poolsById.get(poolId)
  if (!pool) return NO_LINE
  const highest = highestLoad(fleet, poolId)
  return {
    ...NO_LINE,
    name: pool.name,
    href: hashOf({ screen: 'pool', poolId }),
    state: stateOf(countText(vmCount, 'VM')),
    load: { text: highest === null ? '-' : formatLoad(highest), title: '' },
    risk: atRisk(riskCounts(fleet).byPool.get(poolId) ?? 0),
  }
}

const hostLine = (hostId: string, vmCount: number, fleet: FleetState): FleetLine => {
  const host = fleet.hostsById.get(hostId)
  if (!host) return NO_LINE
  const sample = fleet.hostSamples.get(hostId)
  const load = fleet.hostLoads.get(hostId)
  return {
    ...NO_LINE,
    name: host.name,
    href: hashOf({ screen: 'host', hostId }),
    state: stateOf(`${hostState(host)}, ${countText(vmCount, 'VM')}`),
    load: { text: load?.index == null ? '-' : formatLoad(load.index), title: loadTitle(load) },
    cpu: measureText(sample?.cpuRatio, percentText),
    memory: memoryOf(host, sample?.memoryRatio),
    risk: hostRisk(load, riskCounts(fleet).byHost.get(hostId) ?? 0),
  }
}

const wordsOf = (row: Group, fleet: FleetState): FleetLine => {
  switch (row.kind) {
    case 'pool':
      return poolLine(row.poolId, row.vmCount, fleet)
    case 'host':
      return hostLine(row.hostId, row.vmCount, fleet)
    case 'unplaced':
      return { ...NO_LINE, name: 'on no host', state: stateOf(countText(row.vmCount, 'VM')) }
    default:
      return assertNever(row)
  }
}

/** The line of a pool, a host, or of the VMs that run on no host. */
export const groupLine = (row: Group, fleet: FleetState): FleetLine => ({
  ...wordsOf(row, fleet),
  isOpen: row.isOpen,
})
