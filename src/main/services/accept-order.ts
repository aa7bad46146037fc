import { Failure } from '../../shared/failure.ts'
import { NO_CAPABILITIES, policyThere } from '../../shared/model/capabilities.ts'
import type { MigrationNetwork } from '../../shared/model/destination-check.ts'
import type { Migration, PolicyName } from '../../shared/model/migration.ts'
import type { WorkingSet } from '../../shared/model/working-set.ts'
import { PAGE_BYTES, pagesOf } from '../../shared/units.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import { beginMigration, type EngineState } from '../core/migration/engine-state.ts'
import { policies } from '../core/migration/policies/index.ts'
import { predictWithSpread, rateErrorOf } from '../core/migration/predict-with-spread.ts'
import { dirtiedWithin } from '../core/working-set/dirtied-within.ts'
import type { LivePool } from './connections.ts'

export interface MigrationOrder {
  readonly vmId: string
  readonly destinationHostId: string
  /** Null: the pool takes its own. */
  readonly network?: MigrationNetwork | null
  readonly policy: PolicyName
  readonly startedBy: Migration['startedBy']
  /** Pool time. */
  readonly atMs: number
  /** The VM's dirty rate when the order was given, pages/s; null where it is not known. */
  readonly dirtyPagesPerSecond: number | null
}

interface Circumstances {
  readonly pool: LivePool
  /** Whether the VM is being migrated already. */
  readonly isMoving: boolean
  readonly thresholds: Thresholds
  /** What is known of how the VM dirties memory; null where nothing is. */
  readonly workingSet: WorkingSet | null
}

const refuse = (message: string, remedy: string) => new Failure({ code: 'conflict', message, remedy })

/**
 * The migration that an order begins, by the policy that its source host follows, with what is expected of it; throws
 * `conflict` where something stands against it.
 */
export const acceptOrder = (
  order: MigrationOrder,
  { pool, isMoving, thresholds, workingSet }: Circumstances,
): EngineState => {
  const { inventory, connectionId } = pool
  const vm = inventory.vms.find(candidate => candidate.id === order.vmId)
  const destination = inventory.hosts.find(host => host.id === order.destinationHostId)
  if (!vm?.hostId) throw refuse('This VM is not running.', 'Only a running VM can be migrated live.')
  if (vm.immovableBecause)
    throw refuse(
      `${vm.name} cannot be migrated: ${vm.immovableBecause}`,
      'Remove what holds it and try again.',
    )
  if (isMoving)
    throw refuse(`${vm.name} is being migrated already.`, 'Wait for that migration to end, or cancel it.')
  if (!destination || destination.id === vm.hostId)
    throw refuse('That host is no destination for this VM.', 'Choose another host of its pool.')
  const capabilities = inventory.hosts.find(host => host.id === vm.hostId)?.capabilities ?? NO_CAPABILITIES
  const policy = policyThere(order.policy, capabilities)
  const state = beginMigration({
    id: crypto.randomUUID(),
    connectionId,
    vmId: vm.id,
    vmName: vm.name,
    sourceHostId: vm.hostId,
    destinationHostId: destination.id,
    policy,
    startedBy: order.startedBy,
    startedAtMs: order.atMs,
    memoryPages: pagesOf(vm.memoryBytes),
    taskProgress: capabilities.rounds ? null : { ratio: 0, highestRatio: 0, atMs: order.atMs },
    network: order.network ? { id: order.network.id, name: order.network.name } : null,
    linkBytesPerSecond: order.network?.linkBytesPerSecond ?? inventory.pool.linkBytesPerSecond,
  })
  if (order.dirtyPagesPerSecond === null) return state
  const { ledger } = state
  const seen = { windowMs: 1000, pages: order.dirtyPagesPerSecond }
  const within = dirtiedWithin(workingSet, seen)
  const prediction = predictWithSpread(
    {
      afterRound: 0,
      elapsedMs: 0,
      bytesSent: 0,
      remainingPages: ledger.memoryPages,
      dirtyRatio: (order.dirtyPagesPerSecond * PAGE_BYTES) / ledger.linkBytesPerSecond,
      ...(within && { dirtiedWithin: within }),
      bandwidthBytesPerSecond: ledger.linkBytesPerSecond,
    },
    policies[policy].limits({ capabilities, thresholds }),
    rateErrorOf(ledger.rounds),
  )
  return { ...state, ledger: { ...ledger, predictions: [prediction] } }
}
