import type { Migration } from '../../shared/model/migration.ts'
import type { Crowd, Move } from '../core/migration/room-for-move.ts'

/** A migration as far as others are in its way. */
export const moveOf = ({ id, connectionId, sourceHostId, destinationHostId, network }: Migration): Move => ({
  id,
  sourceHostId,
  destinationHostId,
  link: `${connectionId}/${network?.id ?? ''}`,
})

/** What a migration waits for, as one sentence. */
export const crowdWords = (crowd: Crowd, nameOf: (hostId: string) => string): string => {
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
