import { Failure } from '../../../shared/failure.ts'
import { formatBytes } from '../../../shared/units.ts'
import { examineVm, readVmState } from './examine-vm.ts'
import type { TlsCreds } from './hosts-file.ts'
import { immovableBecause } from './immovable-because.ts'
import type { QmpClient } from './qmp-client.ts'
import { knownCapabilities, memorySize, order, runState } from './qmp-commands.ts'
import { isBefore, type QemuVersion } from './qmp-message.ts'
import type { Ends } from './settle-vm.ts'

/** How a migration is to be carried out. */
export interface MigrationPlan {
  /** Where the destination listens. */
  readonly uri: string
  /** Most that is sent in a second, before and after a switch. */
  readonly linkBytesPerSecond: number
  readonly postCopy: boolean
  /** Page requests after a switch have a channel of their own. */
  readonly preempt: boolean
  /** The source is the client; null: the stream is not encrypted. */
  readonly tlsCreds: TlsCreds | null
}

/** Of a stop-and-copy by QEMU's own rule, ms: the least it takes, as who decides is asked after each pass. */
const LEAST_DOWNTIME_LIMIT_MS = 1
/** The longest downtime-limit that QEMU takes: whatever is left is sent in one pause. */
const LONGEST_DOWNTIME_LIMIT_MS = 2_000_000

/** The parameters that shape a migration, each said every time: QEMU keeps those of the last. */
const parametersOf = (
  { linkBytesPerSecond, tlsCreds }: MigrationPlan,
  { role, version }: { readonly role: keyof TlsCreds; readonly version: QemuVersion },
) => ({
  'max-bandwidth': linkBytesPerSecond,
  'max-postcopy-bandwidth': linkBytesPerSecond,
  // Not known before, and what is not known is refused with all the others.
  ...(isBefore(version, 8, 2) ? {} : { 'avail-switchover-bandwidth': 0 }),
  'downtime-limit': LEAST_DOWNTIME_LIMIT_MS,
  'tls-creds': tlsCreds?.[role] ?? '',
  'tls-hostname': '',
})

const wantedOf = ({ postCopy, preempt }: MigrationPlan): ReadonlySet<string> =>
  new Set([
    'events',
    // The source does not count as done before the destination says that it has everything.
    'return-path',
    ...(postCopy ? ['postcopy-ram', 'postcopy-blocktime'] : []),
    ...(postCopy && preempt ? ['postcopy-preempt'] : []),
  ])

/** Each that one end knows: those of an earlier migration stay otherwise, and both ends must agree. */
const setCapabilities = async (qemu: QmpClient, plan: MigrationPlan): Promise<void> => {
  const wanted = wantedOf(plan)
  const known = await qemu.ask(knownCapabilities)
  // Off before on: some exclude each other, and QEMU checks the whole list in its order.
  const capabilities = known
    .map(({ capability }) => ({ capability, state: wanted.has(capability) }))
    .toSorted((a, b) => Number(a.state) - Number(b.state))
  await qemu.ask(order('migrate-set-capabilities', { capabilities }))
}

const setParameters = async (qemu: QmpClient, plan: MigrationPlan, role: keyof TlsCreds): Promise<void> => {
  const version = await qemu.version()
  await qemu.ask(order('migrate-set-parameters', parametersOf(plan, { role, version })))
}

/** The plan that a destination takes: a host without userfaultfd refuses post-copy, and only there it is needed. */
const agreeWith = async (destination: QmpClient, plan: MigrationPlan): Promise<MigrationPlan> => {
  try {
    await setCapabilities(destination, plan)
    return plan
  } catch (error) {
    if (!plan.postCopy || !(error instanceof Failure) || error.code !== 'refused') throw error
    const preCopy = { ...plan, postCopy: false, preempt: false }
    await setCapabilities(destination, preCopy)
    return preCopy
  }
}

const conflict = (message: string, remedy: string): Failure =>
  new Failure({ code: 'conflict', message, remedy })

/** Throws why a QEMU has no VM that is moved live. */
export const assertMovable = async (source: QmpClient): Promise<void> => {
  const [facts, state] = await Promise.all([examineVm(source), readVmState(source)])
  const because = immovableBecause(facts, state)
  if (because === null) return
  throw conflict(
    `The VM at ${source.address} is not moved. ${because}`,
    'Mend that, or move another; docs/qemu.md tells what is moved.',
  )
}

/** Throws why this source and this destination cannot have a migration between them. */
const assertFit = async ({ source, destination }: Ends): Promise<void> => {
  const [to] = await Promise.all([destination.ask(runState), assertMovable(source)])
  if (to.status !== 'inmigrate')
    throw conflict(
      `The QEMU at ${destination.address} is not empty: it says ${to.status} and waits for no migration.`,
      'Start the destination with -incoming defer, and without -S.',
    )
  const [has, takes] = await Promise.all([source.ask(memorySize), destination.ask(memorySize)])
  if (has !== takes)
    throw conflict(
      `The destination was started with ${formatBytes(takes)} of memory, the VM has ${formatBytes(has)}.`,
      'Start the destination with the command line of the source.',
    )
}

/**
 * Readies both ends and has the source begin; tells the plan it goes by, without a switch where the destination takes
 * none. Throws a Failure with the VM running at the source as before.
 */
export const beginMigration = async (ends: Ends, wanted: MigrationPlan): Promise<MigrationPlan> => {
  const { source, destination } = ends
  await assertFit(ends)
  const plan = await agreeWith(destination, wanted)
  await setCapabilities(source, plan)
  await Promise.all([setParameters(source, plan, 'client'), setParameters(destination, plan, 'server')])
  await destination.ask(order('migrate-incoming', { uri: plan.uri }))
  await source.ask(order('migrate', { uri: plan.uri }))
  return plan
}

/** Whatever is left is sent in one pause, whose length nobody bounds any more. */
export const stopAndCopy = order('migrate-set-parameters', { 'downtime-limit': LONGEST_DOWNTIME_LIMIT_MS })

export const boundBandwidth = (bytesPerSecond: number) =>
  order('migrate-set-parameters', { 'max-bandwidth': Math.round(bytesPerSecond) })
