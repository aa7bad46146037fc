import type { Migration } from '../../shared/model/migration.ts'
import { type CommandKind, type CommandRecord, isControlWord } from '../../shared/model/migration-command.ts'
import type { HostMigrationEvent } from '../../shared/model/migration-event.ts'
import type { OperatorCommand } from '../core/migration/engine-step.ts'
import type { Policy, PolicyAction } from '../core/migration/policy.ts'
import type { JournalledPast, Told } from './migration-journal.ts'

/** A journalled command as an operator would give it again; null for what no operator says. */
export const operatorCommandOf = ({ command, bytesPerSecond }: CommandRecord): OperatorCommand | null => {
  if (command === 'bandwidth') return { kind: command, bytesPerSecond: bytesPerSecond ?? null }
  return isControlWord(command) && command !== 'continue' ? { kind: command } : null
}

/** Whether the event at `index` was followed by more than progress: what is decided on it would come too late. */
export const isPastIn = (batch: readonly HostMigrationEvent[], index: number): boolean =>
  batch.slice(index + 1).some(({ kind }) => kind !== 'round-progress' && kind !== 'progress')

/** What the policy was about to tell the host on the event `sequence`, in an earlier run of Longshore. */
export const toldBefore = (past: JournalledPast | null, sequence: number): Told | undefined =>
  past?.told.find(
    told => told.by === 'policy' && actionOf(told.command) !== null && told.afterSequence === sequence,
  )

/** What a policy had decided when it told the host this; null for what it only set. */
const actionOf = (command: CommandKind): PolicyAction | null => {
  if (!isControlWord(command)) return null
  return command === 'cancel' ? 'abort' : command
}

type Ending = NonNullable<Migration['ending']>

const actionBefore = ({ kind }: Ending): PolicyAction => (kind === 'post-copy' ? 'switch' : 'stop-and-copy')

/** A policy that says again what was told then; where nothing was, what was told before stands. */
export const pastPolicy = (policy: Policy, told: Told | undefined): Policy => ({
  ...policy,
  afterRound: ({ migration: { ending } }) => {
    const nothing = { action: 'continue', reasons: [], inputs: [], alternatives: [] } as const
    if (told) {
      const action = actionOf(told.command)
      return action && told.accepted !== false ? { ...nothing, action, reasons: told.reasons } : nothing
    }
    return ending ? { ...nothing, action: actionBefore(ending), reasons: ending.reasons } : nothing
  },
})
