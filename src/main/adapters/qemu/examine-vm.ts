import { z } from 'zod'
import type { QmpClient } from './qmp-client.ts'
import { isHandedOver, memorySize, migrationInfo, runState } from './qmp-commands.ts'
import type { QemuVersion } from './qmp-message.ts'

/** What does not change while a QEMU runs. */
export interface VmFacts {
  readonly version: QemuVersion
  /** QEMU's -name, where it was given one. */
  readonly name: string | null
  readonly memoryBytes: number
  readonly isKvm: boolean
  /** Threads of its host that are its vCPUs. */
  readonly threads: readonly number[]
  /** Disks of its own: names of the drives. */
  readonly disks: readonly string[]
  /** Devices of the host that are passed through. */
  readonly hostDevices: readonly string[]
  readonly isOfLibvirt: boolean
}

/** What does. */
export interface VmState {
  /** QEMU's run state. */
  readonly status: string
  /** How its latest migration stands. */
  readonly migration: string
}

/** What QEMU calls a migration that there was not, or is no more. */
const over = new Set(['none', 'completed', 'failed', 'cancelled'])

/** Whether either end of a migration is at work in it. */
export const isMigrating = ({ migration }: VmState): boolean => !over.has(migration)

/**
 * Whether the VM still runs at the source of its migration, which can be told to cancel it: after a switch QEMU refuses that
 * only since 10.0, and before loses the VM.
 */
export const isRevocable = (state: VmState): boolean =>
  (state.migration === 'setup' || state.migration === 'active') && !isHandedOver(state)

const objects = z.array(z.object({ name: z.string(), type: z.string() }))
const plugged = { command: 'qom-list', args: { path: '/machine/peripheral' }, answer: objects }
const pluggedUnnamed = { command: 'qom-list', args: { path: '/machine/peripheral-anon' }, answer: objects }

const names = { command: 'query-name', answer: z.object({ name: z.string().optional() }) }
const kvm = { command: 'query-kvm', answer: z.object({ enabled: z.boolean() }) }
const cpus = { command: 'query-cpus-fast', answer: z.array(z.object({ 'thread-id': z.number() })) }
const chardevs = { command: 'query-chardev', answer: z.array(z.object({ label: z.string() })) }
const blocks = {
  command: 'query-block',
  answer: z.array(
    z.object({
      device: z.string(),
      qdev: z.string().optional(),
      inserted: z.object({ file: z.string(), ro: z.boolean() }).optional(),
    }),
  ),
}

const passedThrough = /^child<(vfio-|usb-host|vhost-vdpa|x-vfio)/

/** Labels that libvirt gives to the monitor of every QEMU it starts. */
const LIBVIRT_MONITOR = 'charmonitor'

/** Asks a QEMU what it is. */
export const examineVm = async (qemu: QmpClient): Promise<VmFacts> => {
  const version = await qemu.version()
  const [named, memoryBytes, accelerator, vcpus, drives, chars, ...devices] = await Promise.all([
    qemu.ask(names),
    qemu.ask(memorySize),
    qemu.ask(kvm),
    qemu.ask(cpus),
    qemu.ask(blocks),
    qemu.ask(chardevs),
    qemu.ask(plugged),
    qemu.ask(pluggedUnnamed),
  ])
  return {
    version,
    name: named.name ?? null,
    memoryBytes,
    isKvm: accelerator.enabled,
    threads: vcpus.map(cpu => cpu['thread-id']),
    // A CD that is only read is the same file on every host, or none.
    disks: drives.flatMap(({ device, qdev, inserted }) =>
      inserted !== undefined && !inserted.ro ? [device || qdev || inserted.file] : [],
    ),
    hostDevices: devices.flat().flatMap(({ name, type }) => (passedThrough.test(type) ? [name] : [])),
    isOfLibvirt: chars.some(({ label }) => label === LIBVIRT_MONITOR),
  }
}

/** Asks it how it is. */
export const readVmState = async (qemu: QmpClient): Promise<VmState> => {
  const [{ status }, { status: migration }] = await Promise.all([qemu.ask(runState), qemu.ask(migrationInfo)])
  return { status, migration }
}
