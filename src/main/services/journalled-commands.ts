import type { Migration } from '../../shared/model/migration.ts'
import type { HostMigrationEvent } from '../../shared/model/migration-event.ts'
import type { Policy, PolicyAction } from '../core/migration/policy.ts'
import type { JournalledPast, Told } from './migration-journal.ts'

/** Whether the event at `index` was followed by more than progress: what is decided on it would come too late. */
export const isPastIn = (batch: readonly HostMigrationEvent[], index: number): boolean =>
  batch.slice(index + 1).some(({ kind }) => kind !== 'round-progress' && kind !== 'progress')

/** What the policy was about to tell the host on the event `sequence`, in an earlier run of Longshore. */
export const toldBefore = (past: JournalledPast | null, sequence: number): Told | undefined =>
  past?.told.find(told => told.by === 'policy' && told.afterSequence === sequence)

type Ending = NonNullable<Migration['ending']>

const commandOf = ({ kind }: Ending): PolicyAction => (kind === 'post-copy' ? 'switch' : 'stop-and-copy')

/** A policy that says again what was told then; where nothing was, what was told before stands. */
export const pastPolicy = (policy: Policy, told: Told | undefined): Policy => ({
  ...policy,
  afterRound: ({ migration: { ending } }) => {
    const nothing = { action: 'continue', reasons: [], inputs: [], alternatives: [] } as const
    if (told) {
      const { command, accepted, reasons } = told
      return command === 'cancel' || accepted === false ? nothing : { ...nothing, action: command, reasons }
    }
    return ending ? { ...nothing, action: commandOf(ending), reasons: ending.reasons } : nothing
  },
})
