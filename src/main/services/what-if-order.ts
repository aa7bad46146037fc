import { Failure } from '../../shared/failure.ts'
import { NO_CAPABILITIES } from '../../shared/model/capabilities.ts'
import type { Host } from '../../shared/model/host.ts'
import type { Migration } from '../../shared/model/migration.ts'
import { hostAbilities } from '../../shared/model/simulation-case.ts'
import type { Vm } from '../../shared/model/vm.ts'
import type { MeasuredRun } from '../../shared/model/what-if.ts'
import type { WorkingSet } from '../../shared/model/working-set.ts'
import { formatBytes, GIB, PAGE_BYTES, pagesOf } from '../../shared/units.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import { hasEnded } from '../core/migration/transitions.ts'
import { type KnownWorkload, workloadNow, workloadsDuring } from '../core/what-if/known-workloads.ts'
import { measuredRun } from '../core/what-if/measured-run.ts'
import { NOTHING_OBSERVED, type ObservedGround, observedGround } from '../core/what-if/observed-ground.ts'
import { type Subject, writablePagesOf } from '../core/what-if/simulated-ground.ts'
import type { Store } from '../ports/store.ts'
import type { Connections } from './connections.ts'
import type { Migrator } from './migrator.ts'
import type { WorkingSets } from './working-sets.ts'

export interface WhatIfSources {
  readonly connections: Pick<Connections, 'poolOfVm' | 'pool'>
  readonly migrator: Pick<Migrator, 'states'>
  readonly workingSets: Pick<WorkingSets, 'latestOf'>
  readonly store: Pick<Store, 'workingSets'>
  readonly thresholds: Thresholds
}

/** A comparison as it is asked for. */
export interface WhatIfOrder {
  readonly vmId: string
  readonly title: string
  readonly subject: Subject
  readonly host: Pick<Host, 'name' | 'capabilities'>
  /** What the guest may write like; at least one. */
  readonly workloads: readonly [KnownWorkload, ...KnownWorkload[]]
  readonly measured: MeasuredRun | null
}

/** Pages of a larger guest would take gigabytes of the console's own memory. */
const LARGEST_GUEST_BYTES = 64 * GIB
/** Working sets of a VM that are looked through for the last one before a migration. */
const LOOKED_THROUGH = 24
/** What was read longer before a migration says nothing of it. */
const LONGEST_BEFORE_MS = 3_600_000

const assertFits = (name: string, memoryPages: number): void => {
  if (memoryPages * PAGE_BYTES <= LARGEST_GUEST_BYTES) return
  throw new Failure({
    code: 'unsupported',
    message: `${name} is not simulated: it has ${formatBytes(memoryPages * PAGE_BYTES)}, and Longshore simulates guests of at most ${formatBytes(LARGEST_GUEST_BYTES)} page by page.`,
    remedy: 'Use longshore simulate with a larger pageBytes on a machine with room for it.',
  })
}

const nothingKnown = (name: string, remedy: string): Failure =>
  new Failure({
    code: 'conflict',
    message: `${name} cannot be simulated: nothing is known of what it writes.`,
    remedy,
  })

const atLeastOne = ([first, ...rest]: readonly KnownWorkload[]): WhatIfOrder['workloads'] | null =>
  first ? [first, ...rest] : null

/** The host as it is now; where its pool is not heard, as much as the migration itself showed that it can do. */
const hostNow = ({ connections }: WhatIfSources, migration: Migration): WhatIfOrder['host'] => {
  const inventory = connections.pool(migration.connectionId)?.inventory
  const host = inventory?.hosts.find(({ id }) => id === migration.sourceHostId)
  const capabilities = {
    ...NO_CAPABILITIES,
    rounds: migration.rounds.length > 0,
    stopAndCopy: migration.ending !== null,
    postCopy: migration.postCopy !== null,
    pageOrder: migration.orderedRegions !== null,
  }
  return host ?? { name: 'Its host', capabilities }
}

const lackedBy = ({ capabilities }: WhatIfOrder['host']): Subject['hostLacks'] =>
  hostAbilities.filter(ability => !capabilities[ability])

const lastBefore = async (
  { store }: WhatIfSources,
  { vmId, startedAtMs }: Migration,
): Promise<WorkingSet | null> => {
  const known = await store.workingSets(vmId, LOOKED_THROUGH)
  const isOfThen = ({ atMs, windows }: WorkingSet) =>
    atMs <= startedAtMs &&
    atMs > startedAtMs - LONGEST_BEFORE_MS &&
    windows.every(({ source }) => source === 'window')
  return known.find(isOfThen) ?? null
}

/** How a migration that has ended would have gone by every policy. Throws where it cannot be said, and why. */
export const orderForMigration = async (
  sources: WhatIfSources,
  migrationId: string,
): Promise<WhatIfOrder> => {
  const migration = sources.migrator.states.get(migrationId)
  if (!migration)
    throw new Failure({
      code: 'not-found',
      message: 'There is no such migration to be compared.',
      remedy: 'It may be older than what is kept.',
    })
  const { vmId, vmName, memoryPages, linkBytesPerSecond } = migration
  if (!hasEnded(migration.phase))
    throw new Failure({
      code: 'conflict',
      message: `The migration of ${vmName} cannot be compared yet: it has not ended.`,
      remedy: 'Wait for its end.',
    })
  assertFits(vmName, memoryPages)
  const vm = sources.connections.pool(migration.connectionId)?.inventory.vms.find(({ id }) => id === vmId)
  const host = hostNow(sources, migration)
  const subject: Subject = {
    memoryPages,
    vcpuCount: vm?.vcpuCount ?? null,
    linkBytesPerSecond,
    hostLacks: lackedBy(host),
    observed: observedGround(migration),
  }
  const before = await lastBefore(sources, migration)
  const workloads = atLeastOne(workloadsDuring(migration, before, writablePagesOf(subject)))
  if (workloads === null)
    throw nothingKnown(
      vmName,
      'A host with the plugin tells what was dirtied in each round, and counts dirty pages before it.',
    )
  return {
    vmId,
    title: `Simulate the migration of ${vmName} by every policy`,
    subject,
    host,
    workloads,
    measured: measuredRun(migration, sources.thresholds.slaDowntime.value),
  }
}

/** What migrations of the pool have shown: of the VM's memory its own last one, of the pause the last of any VM. */
const observedBefore = ({ migrator }: WhatIfSources, vm: Vm, connectionId: string): ObservedGround => {
  const known = migrator.states
    .values()
    .filter(migration => migration.connectionId === connectionId && migration.phase === 'completed')
    .toReversed()
  const own = known.find(({ vmId }) => vmId === vm.id)
  const any = known.map(observedGround).find(({ fixedPauseMs }) => fixedPauseMs !== null)
  const { bandwidthBytesPerSecond, zeroRatio } = own ? observedGround(own) : NOTHING_OBSERVED
  return { ...(any ?? NOTHING_OBSERVED), bandwidthBytesPerSecond, zeroRatio }
}

/** How a VM would be migrated now by every policy. Throws where it cannot be said, and why. */
export const orderForVm = async (sources: WhatIfSources, vmId: string): Promise<WhatIfOrder> => {
  const { connectionId, inventory } = sources.connections.poolOfVm(vmId)
  const vm = inventory.vms.find(({ id }) => id === vmId)
  const host = inventory.hosts.find(({ id }) => id === vm?.hostId)
  if (!vm || !host)
    throw new Failure({
      code: 'conflict',
      message: `${vm?.name ?? 'The VM'} cannot be simulated: it is not running.`,
      remedy: 'Start it first.',
    })
  const memoryPages = pagesOf(vm.memoryBytes)
  assertFits(vm.name, memoryPages)
  const known = sources.workingSets.latestOf(vmId) ?? (await sources.store.workingSets(vmId, 1))[0]
  if (!known)
    throw nothingKnown(vm.name, 'Wait for its first dirty-rate reading; a host without the plugin has none.')
  const subject: Subject = {
    memoryPages,
    vcpuCount: vm.vcpuCount,
    linkBytesPerSecond: inventory.pool.linkBytesPerSecond,
    hostLacks: lackedBy(host),
    observed: observedBefore(sources, vm, connectionId),
  }
  return {
    vmId,
    title: `Simulate a migration of ${vm.name} by every policy`,
    subject,
    host,
    workloads: [workloadNow(known, writablePagesOf(subject))],
    measured: null,
  }
}
