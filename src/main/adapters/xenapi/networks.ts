import type { MigrationNetwork } from '../../../shared/model/destination-check.ts'
import type { RecordCache } from './record-cache.ts'
import type { PifRecord } from './records.ts'

/** A network that a host has an address in. */
export interface HostNetwork extends MigrationNetwork {
  readonly ref: string
  /** Where it answers the rest of its pool, and where migrations go unless told otherwise. */
  readonly management: boolean
}

/** Faster than that is no card but a mistake, Mbit/s. */
const MAX_SPEED = 10_000_000

const hasAddress = ({ currently_attached, primary_address_type, IP, IPv6 }: PifRecord): boolean =>
  currently_attached && (primary_address_type === 'IPv6' ? IPv6.some(one => one !== '') : IP !== '')

/** The networks of each host, by its reference. */
export const hostNetworks = ({ records }: RecordCache): ReadonlyMap<string, readonly HostNetwork[]> => {
  const byHost = new Map<string, HostNetwork[]>()
  for (const pif of records.pif.values()) {
    const network = records.network.get(pif.network)
    if (network === undefined || !hasAddress(pif)) continue
    const speed = records.pif_metrics.get(pif.metrics)?.speed ?? 0
    const known = byHost.get(pif.host) ?? []
    byHost.set(pif.host, known)
    known.push({
      id: network.uuid,
      name: network.name_label.trim() || network.uuid,
      ref: pif.network,
      management: pif.management,
      linkBytesPerSecond: speed > 0 && speed <= MAX_SPEED ? (speed * 1e6) / 8 : null,
    })
  }
  return byHost
}

/** The networks by which a VM can go from one host to another, the management network first. */
export const networksBetween = (
  source: readonly HostNetwork[],
  destination: readonly HostNetwork[],
): readonly HostNetwork[] =>
  source
    .flatMap(here => {
      const there = destination.find(({ id }) => id === here.id)
      return there ? { ...here, linkBytesPerSecond: slower(here, there) } : []
    })
    .sort((a, b) => Number(b.management) - Number(a.management) || a.name.localeCompare(b.name))

const slower = (a: MigrationNetwork, b: MigrationNetwork): number | null =>
  a.linkBytesPerSecond === null || b.linkBytesPerSecond === null
    ? null
    : Math.min(a.linkBytesPerSecond, b.linkBytesPerSecond)
