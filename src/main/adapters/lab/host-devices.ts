import { LOCAL_STORAGE, macOf, type PoolFabric, partUuid, refOf, type XapiObject } from './device-records.ts'
import { type LabNetwork, labNetworks } from './lab-networks.ts'
import type { VirtualHost, VirtualPool } from './virtual-pool.ts'
import { float, xapiDate } from './wire-value.ts'
import type { XapiRecord } from './xapi-database.ts'
import { NULL_REF } from './xapi-error.ts'

const [PBD, LOCAL_PBD, FIRST_CPU] = [3, 8, 256] as const

export const hostDeviceRefs = ({ uuid, config }: VirtualHost) => ({
  PIFs: labNetworks.map(({ pifPart }) => refOf(uuid, pifPart)),
  /** To the shared storage, and to its own. */
  PBDs: [refOf(uuid, PBD), refOf(uuid, LOCAL_PBD)],
  host_CPUs: Array.from({ length: config.cpuCount }, (_, index) => refOf(uuid, FIRST_CPU + index)),
})

/** A host's card in each network, its links to storage and its processors. */
export const hostDevices = (
  pool: VirtualPool,
  host: VirtualHost,
  fabric: PoolFabric,
): readonly XapiObject[] => {
  const part = partsOf(host)
  return [
    ...labNetworks.flatMap((network, index) =>
      cards(pool, host, { network, ref: fabric.networkRefs[index] }),
    ),
    part('PBD', PBD, linkTo(host, fabric.storageRef)),
    part('PBD', LOCAL_PBD, linkTo(host, refOf(host.uuid, LOCAL_STORAGE))),
    ...hostDeviceRefs(host).host_CPUs.map((_, index) =>
      part('host_cpu', FIRST_CPU + index, {
        host: host.ref,
        number: index,
        vendor: 'GenuineIntel',
        speed: 2600,
        modelname: 'Virtual processor of the lab',
        family: 6,
        model: 85,
        stepping: '7',
        flags: '',
        features: '',
        utilisation: float(0),
        other_config: {},
      }),
    ),
  ]
}

const linkTo = (host: VirtualHost, storageRef: string): XapiRecord => ({
  host: host.ref,
  SR: storageRef,
  device_config: {},
  currently_attached: true,
  other_config: {},
})

const partsOf =
  ({ uuid }: VirtualHost) =>
  (className: string, number: number, record: XapiRecord): XapiObject => ({
    className,
    ref: refOf(uuid, number),
    record: { uuid: partUuid(uuid, number), ...record },
  })

/** A host's card in a network, and what is measured of it. */
const cards = (
  pool: VirtualPool,
  host: VirtualHost,
  { network, ref }: { readonly network: LabNetwork; readonly ref: string | undefined },
): readonly XapiObject[] => {
  const part = partsOf(host)
  return [
    part('PIF', network.pifPart, {
      device: network.device,
      network: ref ?? NULL_REF,
      host: host.ref,
      MAC: macOf(partUuid(host.uuid, network.macPart)),
      MTU: 9000,
      VLAN: -1,
      metrics: refOf(host.uuid, network.metricsPart),
      physical: true,
      currently_attached: true,
      ip_configuration_mode: 'Static',
      IP: network.addressOf(pool, host),
      netmask: network.netmask,
      gateway: '',
      DNS: '',
      bond_slave_of: NULL_REF,
      bond_master_of: [],
      VLAN_master_of: NULL_REF,
      VLAN_slave_of: [],
      management: network.management,
      other_config: {},
      disallow_unplug: false,
      tunnel_access_PIF_of: [],
      tunnel_transport_PIF_of: [],
      ipv6_configuration_mode: 'None',
      IPv6: [],
      ipv6_gateway: '',
      primary_address_type: 'IPv4',
      managed: true,
      properties: {},
      capabilities: [],
      igmp_snooping_status: 'unknown',
      sriov_physical_PIF_of: [],
      sriov_logical_PIF_of: [],
      PCI: NULL_REF,
    }),
    part('PIF_metrics', network.metricsPart, {
      io_read_kbs: float(0),
      io_write_kbs: float(0),
      carrier: true,
      vendor_id: '',
      vendor_name: 'Longshore',
      device_id: '',
      device_name: 'Virtual adapter',
      speed: Math.round((network.linkBytesPerSecond(pool) * 8) / 1e6),
      duplex: true,
      pci_bus_path: '',
      last_updated: xapiDate(pool.startedAtMs),
      other_config: {},
    }),
  ]
}
