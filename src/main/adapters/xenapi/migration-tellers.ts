import { printable } from '../system/printable.ts'
import { refusedBecause, type Teller, told } from './teller.ts'

const ELSEWHERE = 'Choose another destination.'
const TOOLS = 'Install the guest tools in the VM.'
const NETWORK = 'Check the network between the hosts, and that the destination runs.'

const ANOTHER_NETWORK = 'Choose another network for the migration, or leave it to the pool.'

const pinned = (what: string): Teller =>
  refusedBecause(
    `the VM has ${what} and is tied to its host`,
    `Take the ${what} from the VM, or leave it where it is.`,
  )

const olderHost = refusedBecause('the destination runs an older release than the host of the VM', ELSEWHERE)
const noNetwork = refusedBecause('the destination lacks a network of the VM', ELSEWHERE)

/** Why a VM cannot leave its host or be taken in by another. */
export const migrationTellers: Readonly<Record<string, Teller>> = {
  VM_REQUIRES_SR: refusedBecause(
    "the destination does not see the VM's storage",
    'Choose a host that shares the storage, or move the disks too.',
  ),
  VM_REQUIRES_NET: noNetwork,
  VM_REQUIRES_NETWORK: noNetwork,
  VM_REQUIRES_GPU: refusedBecause('the destination has no fitting graphics card', ELSEWHERE),
  VM_REQUIRES_VGPU: refusedBecause('the destination has no free virtual graphics card that fits', ELSEWHERE),
  VM_INCOMPATIBLE_WITH_THIS_HOST: error =>
    told('refused', printable(error.param(2)) || 'the processors differ too much', ELSEWHERE),
  VM_HOST_INCOMPATIBLE_VERSION: olderHost,
  VM_HOST_INCOMPATIBLE_VERSION_MIGRATE: olderHost,
  VM_LACKS_FEATURE: refusedBecause('the guest does not support it', TOOLS),
  VM_NON_SUSPENDABLE: error => {
    const reason = printable(error.param(1))
    return told(
      'refused',
      `the guest says that it cannot be suspended${reason === '' ? '' : ` (${reason})`}`,
      'Remove the cause inside the guest, or move the VM while it is off.',
    )
  },
  VM_MISSING_PV_DRIVERS: refusedBecause('the VM lacks the guest tools', TOOLS),
  VM_OLD_PV_DRIVERS: error => {
    const version = [error.param(1), error.param(2)].filter(part => /^\d+$/.test(part)).join('.')
    return told(
      'refused',
      `the guest tools of the VM are too old${version === '' ? '' : ` (${version})`}`,
      'Update the guest tools in the VM.',
    )
  },
  VM_FAILED_SUSPEND_ACK: refusedBecause(
    'the guest did not answer when it was asked to suspend',
    'Look at the console of the VM, and check that its guest tools run.',
  ),
  VM_SUSPEND_TIMEOUT: refusedBecause(
    'the guest took too long to suspend',
    'Look at the console of the VM; try again when it is less busy.',
  ),
  VM_HAS_PCI_ATTACHED: pinned('passed-through PCI devices'),
  VM_HAS_VGPU: pinned('a virtual graphics card'),
  VM_HAS_SRIOV_VIF: pinned('an SR-IOV network card'),
  VM_HAS_VUSBS: pinned('passed-through USB devices'),
  VM_HAS_TOO_MANY_SNAPSHOTS: refusedBecause(
    'the VM has too many snapshots for its disks to be moved',
    'Delete snapshots of the VM, or choose a host that shares its storage.',
  ),
  VM_HAS_CHECKPOINT: refusedBecause(
    'the VM has a snapshot with memory, so its disks cannot be moved',
    'Delete the snapshots with memory, or choose a host that shares its storage.',
  ),
  VDI_CBT_ENABLED: refusedBecause(
    'a disk of the VM has changed block tracking switched on',
    'Switch changed block tracking off for the disk; a backup product may have switched it on.',
  ),
  VDI_NOT_IN_MAP: refusedBecause(
    'no storage was named for a disk of the VM',
    'Choose a host that shares its storage.',
  ),
  VIF_NOT_IN_MAP: refusedBecause('no network was named for a network card of the VM', ELSEWHERE),
  SR_DOES_NOT_SUPPORT_MIGRATION: refusedBecause(
    'the storage of the VM cannot move disks',
    'Choose a host that shares the storage.',
  ),
  MIRROR_FAILED: refusedBecause(
    'copying a disk of the VM failed',
    'Check the storage on both sides and the network between the hosts, then try again.',
  ),
  VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED: refusedBecause(
    'the destination does not answer the host of the VM',
    NETWORK,
  ),
  TLS_CONNECTION_FAILED: refusedBecause('the hosts could not open a secure line to each other', NETWORK),
  SSL_VERIFY_ERROR: refusedBecause(
    'one host does not accept the certificate of the other',
    'Renew the certificates inside the pool, and check the clocks of its hosts.',
  ),
  BALLOONING_TIMEOUT_BEFORE_MIGRATION: refusedBecause(
    'the VM did not give its memory back in time',
    'Set a fixed amount of memory for the VM, or try again when it is less busy.',
  ),
  NO_HOSTS_AVAILABLE: refusedBecause(
    'no host of the pool can take the VM',
    'Free memory on a host, or enable one.',
  ),
  NOT_SUPPORTED_DURING_UPGRADE: refusedBecause(
    'the pool is being upgraded',
    'Finish the upgrade of all hosts first.',
  ),
  HOST_CANNOT_ATTACH_NETWORK: refusedBecause('a host has no card in the chosen network', ANOTHER_NETWORK),
  PIF_HAS_NO_NETWORK_CONFIGURATION: refusedBecause(
    "a host's card in the chosen network has no address configured",
    ANOTHER_NETWORK,
  ),
  INTERFACE_HAS_NO_IP: refusedBecause("a host's card in the chosen network has no address", ANOTHER_NETWORK),
  HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN: refusedBecause(
    'high availability could then no longer restart the protected VMs after a failure',
    'Free memory in the pool, or let high availability tolerate fewer failures.',
  ),
}

const MOST_REASONS = 3

/** Reasons joined by bars, each a code and its parameters joined by commas; each is told once. */
export const tellEvacuation =
  (reasonOf: (code: string, params: readonly string[]) => string): Teller =>
  (error, nameOf) => {
    const reasons = error
      .param(0)
      .split('|')
      .filter(part => part.trim() !== '')
      .map(part => {
        const [code = '', ...params] = part.split(',').map(word => word.trim())
        const vm = /^VM_/.test(code) ? nameOf(params[0] ?? '') : undefined
        return `${vm === undefined ? '' : `${vm}: `}${reasonOf(code, params)}`
      })
    const different = [...new Set(reasons)]
    const more = different.length - MOST_REASONS
    const shown = different.slice(0, MOST_REASONS).join('; ')
    return told(
      'refused',
      `the host cannot be emptied${shown === '' ? '' : ` (${shown}${more > 0 ? `; and ${more} more` : ''})`}`,
      'Move or shut down the VMs that stay behind, then try again.',
    )
  }
