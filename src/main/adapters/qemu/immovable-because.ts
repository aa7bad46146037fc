import { isPlainWord, observedBecause } from '../libvirt/observed-vm.ts'
import { isMigrating, type VmFacts, type VmState } from './examine-vm.ts'
import { qemuVmName } from './hosts-file.ts'

const runWords: Readonly<Record<string, string>> = {
  paused: 'it is paused',
  suspended: 'it is suspended',
  shutdown: 'it is shut down',
  postmigrate: 'it has been handed over to another host',
  'io-error': 'it stands still for an error of its disk',
  'internal-error': 'QEMU met an error of its own',
}

const listed = (names: readonly string[]): string => names.slice(0, 4).join(', ')

/** QEMU loses dirty pages under TCG before this version: guests die at the destination of a pre-copy. */
const isTooOld = ({ version: { major, minor }, isKvm }: VmFacts): boolean =>
  !isKvm && (major < 8 || (major === 8 && minor < 2))

/** Null when a VM can be moved live, else why not, as one plain sentence. */
export const immovableBecause = (facts: VmFacts, state: VmState): string | null => {
  const { status } = state
  const { name } = facts
  if (facts.isOfLibvirt) return observedBecause(name !== null && isPlainWord(name) ? name : 'NAME')
  if (isTooOld(facts)) {
    const { major, minor } = facts.version
    return `Its QEMU ${major}.${minor} loses written pages in a migration when it runs without KVM; 8.2 is the first that does not.`
  }
  if (facts.hostDevices.length > 0)
    return `It has devices of its host passed through (${listed(facts.hostDevices)}), which tie it to this host.`
  if (facts.disks.length > 0)
    return `It writes to disks (${listed(facts.disks)}) that QEMU would not move along; they are not known to be shared.`
  if (isMigrating(state)) return 'It is being migrated.'
  if (status === 'running') return null
  return `It cannot be moved live: ${runWords[status] ?? `QEMU says ${status}`}.`
}

/** The same of a VM that a host command is to start elsewhere, under its name. */
export const immovableByCommandBecause = (name: string, facts: VmFacts, state: VmState): string | null => {
  const isSafe = qemuVmName.safeParse(name).success
  const unsafe =
    'Its name is more than letters, digits, dots, dashes and underscores, so no host command is given it.'
  return immovableBecause(facts, state) ?? (isSafe ? null : unsafe)
}
