import type { Migration } from '../../shared/model/migration.ts'
import type { Crowd, Move } from '../core/migration/room-for-move.ts'
import type { Inventory } from '../ports/hypervisor.ts'
import type { MigrationSteps } from './migration-steps.ts'
import type { MoveQueue } from './move-queue.ts'

/** A migration as far as others are in its way. */
export const moveOf = ({ id, connectionId, sourceHostId, destinationHostId, network }: Migration): Move => ({
  id,
  sourceHostId,
  destinationHostId,
  link: `${connectionId}/${network?.id ?? ''}`,
})

/** What a migration waits for, as one sentence. */
const crowdWords = (crowd: Crowd, nameOf: (hostId: string) => string): string => {
  const moves = `${crowd.moves} ${crowd.moves === 1 ? 'migration' : 'migrations'}`
  const most = 'as many as may at once'
  switch (crowd.at) {
    case 'source':
      return `It waits: ${moves} leave ${nameOf(crowd.hostId)} already, ${most}.`
    case 'destination':
      return `It waits: ${moves} go to ${nameOf(crowd.hostId)} already, ${most}.`
    case 'link':
      return `It waits: ${moves} use the migration network already, ${most}.`
  }
}

/** Resolves when a migration may be ordered, or has been taken back; meanwhile it says what it waits for. */
export const waitForRoom = async (
  steps: MigrationSteps,
  queue: MoveQueue,
  { inventory, signal }: { readonly inventory: Inventory; readonly signal: AbortSignal },
): Promise<void> => {
  const nameOf = (hostId: string) => inventory.hosts.find(host => host.id === hostId)?.name ?? hostId
  const onCrowd = (crowd: Crowd) => steps.applyPast({ kind: 'waiting', because: crowdWords(crowd, nameOf) })
  const noMore = AbortSignal.any([signal, steps.withdrawal])
  await queue.enter(moveOf(steps.migration), onCrowd, noMore)
  if (!noMore.aborted) steps.applyPast({ kind: 'waiting', because: null })
}
