import type { HostMigrationEvent } from '../../shared/model/migration-event.ts'
import { policies } from '../core/migration/policies/index.ts'
import { operatorCommandOf, pastPolicy, toldBefore } from './journalled-commands.ts'
import type { JournalledPast, Told } from './migration-journal.ts'
import type { MigrationSteps } from './migration-steps.ts'

/** What an earlier run journalled of a migration, applied again where it belongs among the host's events. */
export class JournalReplay {
  readonly #steps: MigrationSteps
  readonly #past: JournalledPast | null
  /** The operator's commands that are still to come. */
  #commands: readonly Told[]

  constructor(steps: MigrationSteps, past: JournalledPast | null) {
    this.#steps = steps
    this.#past = past
    this.#commands = past?.told.filter(told => told.by === 'operator') ?? []
  }

  /** What was stored gives way to what the host's events tell from the first one on. */
  begin(): void {
    if (this.#past && this.#steps.lastSequence === 0) this.#steps.startOver(this.#past.migration)
  }

  /** Whether what was decided on an event is in the host's hands, or comes up again after its next round. */
  isSettled({ sequence }: HostMigrationEvent): boolean {
    const told = toldBefore(this.#past, sequence)
    return told !== undefined && told.accepted !== false
  }

  /** Takes an event on which nothing is to be decided any more: what was, was told then. */
  take(event: HostMigrationEvent): void {
    const told = toldBefore(this.#past, event.sequence)
    const policy = policies[this.#steps.migration.policy]
    this.#steps.applyPast({ kind: 'host', event }, pastPolicy(policy, told))
    if (told?.command === 'switch' && told.accepted)
      this.#steps.applyPast({ kind: 'answered', command: { kind: told.command }, accepted: true })
    if (told?.command === 'cancel' && told.accepted === null) this.#steps.doubtCancel()
  }

  /** Gives again what the operator had given by now. */
  catchUp(): void {
    for (let next = this.#commands[0]; next; next = this.#commands[0]) {
      if (next.afterSequence > this.#steps.lastSequence) return
      this.#commands = this.#commands.slice(1)
      const command = operatorCommandOf(next)
      if (command === null) continue
      this.#steps.applyPast({ kind: 'operator', command })
      // A cancel whose answer was not heard is said again; who asked for anything else sees that it was not done.
      if (command.kind === 'cancel' && next.accepted === null) this.#steps.doubtCancel()
      else this.#steps.applyPast({ kind: 'answered', command, accepted: next.accepted === true })
    }
  }
}
