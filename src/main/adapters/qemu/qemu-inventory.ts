import { cpus, totalmem } from 'node:os'
import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { Host } from '../../../shared/model/host.ts'
import { NO_GUARDS, type PoolGuards } from '../../../shared/model/pool-guards.ts'
import type { PowerState, Vm } from '../../../shared/model/vm.ts'
import type { Inventory } from '../../ports/hypervisor.ts'
import { observedVm, runsTwice } from '../libvirt/observed-vm.ts'
import type { PlacedDomain } from '../libvirt/place-domains.ts'
import { isMigrating, type VmFacts, type VmState } from './examine-vm.ts'
import type { QemuHost, QemuHostsFile, TlsCreds } from './hosts-file.ts'
import { immovableByCommandBecause } from './immovable-because.ts'
import { isHere } from './is-here.ts'
import { qemuCapabilities } from './qemu-capabilities.ts'
import type { VmSocket } from './read-hosts.ts'

/** A QEMU that answered. */
export interface SeenVm {
  readonly socket: VmSocket
  readonly facts: VmFacts
  readonly state: VmState
}

/** A VM of the inventory, and the QEMU that it runs in. */
export interface PlacedVm {
  readonly id: string
  readonly name: string
  readonly seen: SeenVm
  readonly duplicateOn: string | null
}

export const nameOf = ({ socket, facts }: SeenVm): string =>
  socket.vmName ?? facts.name ?? socket.address.replace(/^.*\//, '')

/** Which of two QEMUs of one name is the VM: the one that runs it, then the one that last did. */
const standing = ({ state: { status } }: SeenVm): number => {
  if (status === 'running') return 3
  if (status === 'postmigrate') return 0
  return status === 'finish-migrate' ? 1 : 2
}

const idOf = (connectionId: string, name: string): string => `${connectionId}.${name}`

/**
 * The VMs of a pool: QEMUs of one name on two hosts are one VM that moves, unless both of them run it. One that waits for
 * a migration is no VM yet.
 */
export const placeVms = (seen: readonly SeenVm[], connectionId: string): readonly PlacedVm[] => {
  const byName = Map.groupBy(
    seen.filter(({ state }) => state.status !== 'inmigrate'),
    nameOf,
  )
  return [...byName].flatMap(([name, all]) => {
    const [first, ...others] = all.toSorted((a, b) => standing(b) - standing(a))
    if (first === undefined) return []
    const twins = others.filter(other => standing(other) > 1)
    const duplicateOn = twins[0]?.socket.hostName ?? null
    const own = { id: idOf(connectionId, name), name, seen: first, duplicateOn }
    return [
      own,
      ...twins.map(twin => ({
        id: `${own.id}@${twin.socket.hostName}`,
        name,
        seen: twin,
        duplicateOn: first.socket.hostName,
      })),
    ]
  })
}

const powerStates: Readonly<Record<string, PowerState>> = {
  running: 'running',
  'finish-migrate': 'running',
  paused: 'paused',
  suspended: 'suspended',
  shutdown: 'halted',
  postmigrate: 'halted',
}

const vmOf = ({ id, name, seen, duplicateOn }: PlacedVm, poolId: string): Vm => {
  const { facts, state, socket } = seen
  const { major, minor, micro } = facts.version
  const twice =
    duplicateOn === null ? null : `Another VM of the name ${name} is on ${duplicateOn}: rename one of them.`
  return {
    id,
    poolId,
    hostId: `${poolId}.${socket.hostName}`,
    name,
    description: `QEMU ${major}.${minor}.${micro}${facts.isKvm ? ' with KVM' : ' without KVM'}${facts.isOfLibvirt ? ', managed by libvirt' : ''}`,
    powerState: powerStates[state.status] ?? 'unknown',
    memoryBytes: facts.memoryBytes,
    memoryMinBytes: facts.memoryBytes,
    vcpuCount: Math.max(1, facts.threads.length),
    immovableBecause: twice ?? immovableByCommandBecause(name, facts, state),
    currentOperations: isMigrating(state) ? ['migrate'] : [],
  }
}

/** Whether libvirt tells of a VM that answers by itself as well: it is shown once, as libvirt has it. */
export const isToldByLibvirt = ({ socket, facts }: SeenVm, observed: readonly PlacedDomain[]): boolean =>
  facts.isOfLibvirt &&
  observed.some(({ hostName, domain }) => hostName === socket.hostName && domain.name === facts.name)

export interface PoolParts {
  readonly connectionId: string
  readonly name: string
  readonly file: QemuHostsFile
  readonly placed: readonly PlacedVm[]
  /** The VMs of libvirt. */
  readonly observed: readonly PlacedDomain[]
  readonly lease: PoolGuards['lease']
  /** Why QEMUs whose sockets are there, or libvirt, do not answer. */
  readonly silences: readonly string[]
  /** Whether a destination on this machine can fetch pages on demand. */
  readonly canPostCopyHere: boolean
  /** Names of hosts where a destination refused to. */
  readonly withoutPostCopy: ReadonlySet<string>
}

/** Whether a VM of a host can be switched to any other host: a policy asks for it before it knows the way. */
const canSwitchFrom = (host: QemuHost, { file, canPostCopyHere, withoutPostCopy }: PoolParts): boolean =>
  (!isHere(host) || canPostCopyHere) &&
  !file.hosts.some(({ name }) => name !== host.name && withoutPostCopy.has(name))

const capabilitiesOf = (host: QemuHost, parts: PoolParts): Capabilities => {
  const own = parts.placed.map(({ seen }) => seen).filter(({ socket }) => socket.hostName === host.name)
  return {
    ...qemuCapabilities(own.map(({ facts }) => facts.version)),
    pageHeat: own.some(
      ({ socket: { notes } }) => notes.memoryFile !== undefined || notes.heatFile !== undefined,
    ),
    postCopy: canSwitchFrom(host, parts),
  }
}

const hostOf = (host: QemuHost, { vms, ...parts }: PoolParts & { readonly vms: readonly Vm[] }): Host => {
  const { connectionId } = parts
  const id = `${connectionId}.${host.name}`
  const own = vms.filter(({ hostId }) => hostId === id)
  // Nobody tells how large a host at the other end of an ssh is: as large as what it carries.
  const size = isHere(host)
    ? { cpuCount: cpus().length, memoryBytes: totalmem() }
    : {
        cpuCount: own.reduce((sum, { vcpuCount }) => sum + vcpuCount, 0),
        memoryBytes: own.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
      }
  return {
    id,
    poolId: connectionId,
    name: host.name,
    address: host.address,
    ...size,
    enabled: true,
    live: true,
    capabilities: capabilitiesOf(host, parts),
  }
}

const MOST_SILENCES = 3

/** The first of them, and how many more there are. */
const fewOf = (silences: readonly string[]): readonly string[] => {
  const more = silences.length - MOST_SILENCES
  return more <= 0
    ? silences
    : [...silences.slice(0, MOST_SILENCES), `${more} more like these are not listed here.`]
}

/** Whether VMs of a host are moved by us, and not only observed. */
const isDriven = ({ sockets, qmp }: QemuHost): boolean => sockets !== undefined || qmp.length > 0

const encryption = (tlsCreds: TlsCreds | undefined): string =>
  tlsCreds === undefined
    ? 'Memory moves unencrypted: the hosts file names no tlsCreds.'
    : `Memory moves encrypted (tlsCreds ${tlsCreds.client}, ${tlsCreds.server}).`

/** What a hosts file and the QEMUs that answer come to. */
export const inventoryOf = (parts: PoolParts): Inventory => {
  const { connectionId, name, file, placed, observed, lease, silences } = parts
  const vms = [
    ...placed.map(vm => vmOf(vm, connectionId)),
    ...observed.map(vm => observedVm(connectionId, vm)),
  ]
  const runTwice = observed.filter(({ key, alsoOn, domain }) => alsoOn.length > 0 && key === domain.uuid)
  const hosts = file.hosts.map(host => hostOf(host, { ...parts, vms }))
  return {
    pool: {
      id: connectionId,
      connectionId,
      name,
      masterHostId: hosts[0]?.id ?? '',
      linkBytesPerSecond: file.linkBytesPerSecond,
      isLab: false,
      timeScale: 1,
      remarks: [
        ...fewOf([...runTwice.map(runsTwice), ...silences]),
        ...(file.hosts.some(isDriven) ? [encryption(file.tlsCreds)] : []),
      ],
      guards: { ...NO_GUARDS, lease },
    },
    hosts,
    vms,
  }
}
