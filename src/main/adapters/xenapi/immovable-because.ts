import type { VmMetricsRecord, VmRecord } from './records.ts'

const powerWords: Readonly<Record<string, string>> = {
  halted: 'it is switched off',
  paused: 'it is paused',
  suspended: 'it is suspended',
}

/** Of the host that a VM runs on, as far as its pool knows. */
interface Residence {
  readonly name: string
  readonly live: boolean
}

/** A pool without high availability goes on saying that a VM runs on a host that died. */
const onDeadHost = ({ name }: Residence): string =>
  `${name}, on which it ran, does not answer its pool: it may have died, and the VM with it. Once the host is known to be down, reset the power state of the VM and start it elsewhere.`

/** Null when the server offers live migration of this VM, else why not, in plain words. `host` where it is known. */
export const immovableBecause = (
  vm: VmRecord,
  metrics: VmMetricsRecord | undefined,
  host: Residence | undefined,
): string | null => {
  const power = vm.power_state.toLowerCase()
  if (power !== 'running')
    return `It cannot be moved live: ${powerWords[power] ?? `its power state is ${vm.power_state || 'unknown'}`}.`
  if (host?.live === false) return onDeadHost(host)
  const blocked = vm.blocked_operations.get('pool_migrate')
  if (blocked !== undefined)
    return `An administrator has blocked its migration${blocked === '' ? '' : ` (${blocked})`}.`
  if (metrics?.nomigrate === true) return 'Its own settings forbid moving it (nomigrate).'
  if (metrics?.nested_virt === true) return 'It runs a hypervisor of its own, which cannot be moved live.'
  if (vm.allowed_operations.includes('pool_migrate')) return null
  const operation = vm.current_operations.values().next().value
  if (operation !== undefined) return `Another operation is under way on it (${operation}).`
  if (vm.attached_PCIs.length > 0) return 'It has passed-through PCI devices, which tie it to its host.'
  if (vm.VGPUs.length > 0) return 'It has a virtual graphics card, which ties it to its host.'
  return 'The server does not offer live migration for it.'
}
