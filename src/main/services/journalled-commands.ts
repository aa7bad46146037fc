import type { HostMigrationEvent } from '../../shared/model/migration-event.ts'
import type { Policy } from '../core/migration/policy.ts'
import type { JournalledPast, Told } from './migration-journal.ts'

/** Whether the event at `index` was followed by more than progress: what is decided on it would come too late. */
export const isPastIn = (batch: readonly HostMigrationEvent[], index: number): boolean =>
  batch.slice(index + 1).some(({ kind }) => kind !== 'round-progress' && kind !== 'progress')

/** What the policy was about to tell the host on the event `sequence`, in an earlier run of Longshore. */
export const toldBefore = (past: JournalledPast | null, sequence: number): Told | undefined =>
  past?.told.find(told => told.by === 'policy' && told.afterSequence === sequence)

/** A policy that says again what was told then, and nothing where nothing was. */
export const pastPolicy = (policy: Policy, told: Told | undefined): Policy => {
  const command = told && told.accepted !== false ? told.command : 'continue'
  const action = command === 'cancel' ? 'continue' : command
  return {
    ...policy,
    afterRound: () => ({ action, reasons: told?.reasons ?? [], inputs: [], alternatives: [] }),
  }
}
