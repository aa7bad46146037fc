import { Failure } from '../../shared/failure.ts'
import { NO_CAPABILITIES, policyThere } from '../../shared/model/capabilities.ts'
import type { MigrationNetwork } from '../../shared/model/destination-check.ts'
import type { Migration, MigrationPrediction, PolicyName } from '../../shared/model/migration.ts'
import type { WorkingSet } from '../../shared/model/working-set.ts'
import { PAGE_BYTES, pagesOf } from '../../shared/units.ts'
import type { Thresholds } from '../core/decision/thresholds.ts'
import { beginMigration, type EngineState } from '../core/migration/engine-state.ts'
import { policies } from '../core/migration/policies/index.ts'
import type { Limits } from '../core/migration/predict-outcome.ts'
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

/** Who is moved and where to; throws `conflict` where something stands against it. */
const moveOf = (order: MigrationOrder, { pool: { inventory }, isMoving }: Circumstances) => {
  const vm = inventory.vms.find(candidate => candidate.id === order.vmId)
  const destination = inventory.hosts.find(host => host.id === order.destinationHostId)
  if (!vm?.hostId) throw refuse('This VM is not running.', 'Only a running VM can be migrated live.')
  if (vm.immovableBecause)
    throw refuse(
      `${vm.name} cannot be migrated: ${vm.immovableBecause}`,
      'Try again when that is no longer so.',
    )
  if (isMoving)
    throw refuse(`${vm.name} is being migrated already.`, 'Wait for that migration to end, or cancel it.')
  if (!destination || destination.id === vm.hostId)
    throw refuse('That host is no destination for this VM.', 'Choose another host of its pool.')
  const source = inventory.hosts.find(host => host.id === vm.hostId)
  return { vm, sourceHostId: vm.hostId, capabilities: source?.capabilities ?? NO_CAPABILITIES }
}

/** What is expected of a migration that has sent nothing, at a dirty rate in pages/s. */
const firstPrediction = (
  { ledger }: EngineState,
  pagesPerSecond: number,
  { limits, workingSet }: { readonly limits: Limits; readonly workingSet: WorkingSet | null },
): MigrationPrediction => {
  const within = dirtiedWithin(workingSet, { windowMs: 1000, pages: pagesPerSecond })
  return predictWithSpread(
    {
      afterRound: 0,
      elapsedMs: 0,
      bytesSent: 0,
      remainingPages: ledger.memoryPages,
      dirtyRatio: (pagesPerSecond * PAGE_BYTES) / ledger.linkBytesPerSecond,
      ...(within && { dirtiedWithin: within }),
      bandwidthBytesPerSecond: ledger.linkBytesPerSecond,
    },
    limits,
    rateErrorOf(ledger.rounds),
  )
}

/**
 * The migration that an order begins, by the policy that its source host follows, with what is expected of it; throws
 * `conflict` where something stands against it.
 */
export const acceptOrder = (order: MigrationOrder, circumstances: Circumstances): EngineState => {
  const { pool, thresholds, workingSet } = circumstances
  const { vm, sourceHostId, capabilities } = moveOf(order, circumstances)
  const policy = policyThere(order.policy, capabilities)
  const state = beginMigration({
    id: crypto.randomUUID(),
    connectionId: pool.connectionId,
    vmId: vm.id,
    vmName: vm.name,
    sourceHostId,
    destinationHostId: order.destinationHostId,
    policy,
    startedBy: order.startedBy,
    startedAtMs: order.atMs,
    memoryPages: pagesOf(vm.memoryBytes),
    taskProgress: capabilities.rounds ? null : { ratio: 0, highestRatio: 0, atMs: order.atMs },
    network: order.network ? { id: order.network.id, name: order.network.name } : null,
    linkBytesPerSecond: order.network?.linkBytesPerSecond ?? pool.inventory.pool.linkBytesPerSecond,
  })
  if (order.dirtyPagesPerSecond === null) return state
  const limits = policies[policy].limits({ capabilities, thresholds })
  const prediction = firstPrediction(state, order.dirtyPagesPerSecond, { limits, workingSet })
  return { ...state, ledger: { ...state.ledger, predictions: [prediction] } }
}
