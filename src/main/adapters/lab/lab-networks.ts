import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import type { XapiDatabase } from './xapi-database.ts'
import { NULL_REF, XapiError } from './xapi-error.ts'

/** A network that every host of a pool has a card in. */
export interface LabNetwork {
  readonly name: string
  readonly device: string
  readonly bridge: string
  readonly netmask: string
  readonly management: boolean
  /** Which uuids of a host are those of its card, its card's metrics and its MAC address. */
  readonly pifPart: number
  readonly metricsPart: number
  readonly macPart: number
  addressOf(pool: VirtualPool, host: VirtualHost): string
  linkBytesPerSecond(pool: VirtualPool): number
}

/** What the network for storage and migrations carries over what the management network does. */
const STORAGE_LINK_FACTOR = 2.5

/** Management, where a migration goes unless it is told otherwise, and a faster one for storage and migrations. */
export const labNetworks: readonly LabNetwork[] = [
  {
    name: 'Pool-wide network associated with eth0',
    device: 'eth0',
    bridge: 'xenbr0',
    netmask: '255.0.0.0',
    management: true,
    pifPart: 1,
    metricsPart: 2,
    macPart: 0,
    addressOf: (_, host) => host.address,
    linkBytesPerSecond: ({ config }) => config.linkBytesPerSecond,
  },
  {
    name: 'Storage and migration',
    device: 'eth1',
    bridge: 'xenbr1',
    netmask: '255.255.255.0',
    management: false,
    pifPart: 5,
    metricsPart: 6,
    macPart: 0x0100,
    // Addresses that nothing answers on: no byte of a lab's migration leaves its thread.
    addressOf: (pool, host) => `198.18.0.${1 + pool.hosts.indexOf(host)}`,
    linkBytesPerSecond: ({ config }) => config.linkBytesPerSecond * STORAGE_LINK_FACTOR,
  },
]

/** The card of a host in a network; throws what a real server says where it has none with an address. */
const cardOf = (
  database: XapiDatabase,
  hostRef: string,
  networkRef: string,
): Readonly<Record<string, unknown>> => {
  database.get('network', networkRef)
  const cards = Object.entries(database.records('PIF'))
  const [ref, card] = cards.find(([, { host, network }]) => host === hostRef && network === networkRef) ?? []
  if (ref === undefined || card === undefined)
    throw new XapiError('HOST_CANNOT_ATTACH_NETWORK', hostRef, networkRef)
  if (card.ip_configuration_mode === 'None') throw new XapiError('PIF_HAS_NO_NETWORK_CONFIGURATION', ref)
  if (card.IP === '') throw new XapiError('INTERFACE_HAS_NO_IP', ref)
  return card
}

/** The address of a host in a network. */
export const addressIn = (database: XapiDatabase, hostRef: string, networkRef: string): string =>
  String(cardOf(database, hostRef, networkRef).IP)

/** What a network carries from one host to another. */
export const linkThrough = (
  database: XapiDatabase,
  networkRef: string,
  hostRefs: readonly string[],
): number => {
  const speeds = hostRefs.map(hostRef => {
    const { metrics } = cardOf(database, hostRef, networkRef)
    return Number(database.get('PIF_metrics', String(metrics)).speed)
  })
  return (Math.min(...speeds) * 1e6) / 8
}

/** The network in which a host has an address; none where that is nobody's. */
export const networkOfAddress = (database: XapiDatabase, address: string): string | undefined => {
  const card = Object.values(database.records('PIF')).find(({ IP }) => IP === address)
  return card?.network === NULL_REF ? undefined : (card?.network as string | undefined)
}
