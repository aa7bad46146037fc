import { assertNever, Failure } from '../../../shared/failure.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import { boundBandwidth, type MigrationPlan, stopAndCopy } from './migration-setup.ts'
import type { QmpCommand } from './qmp-client.ts'
import { order } from './qmp-commands.ts'

export const tooLate = (kind: string): Failure =>
  new Failure({
    code: 'conflict',
    message: `It is too late to ${kind}: the VM has left its source, or is about to.`,
    remedy: 'Wait until the migration has ended.',
  })

const cannot = (kind: string): Failure =>
  new Failure({
    code: 'unsupported',
    message: `QEMU cannot be told to ${kind} in a migration.`,
    remedy: 'Choose a policy that does without.',
  })

/** What the source is told for a command; null where it does that by itself. Throws `unsupported`. */
export const controlOrder = (command: MigrationCommand, plan: MigrationPlan): QmpCommand<unknown> | null => {
  switch (command.kind) {
    case 'continue':
      return null
    case 'switch':
      if (!plan.postCopy) throw cannot(command.kind)
      return order('migrate-start-postcopy')
    case 'stop-and-copy':
      return stopAndCopy
    case 'cancel':
      return order('migrate_cancel')
    case 'bandwidth':
      return boundBandwidth(command.bytesPerSecond ?? plan.linkBytesPerSecond)
    case 'page-order':
    case 'throttle':
    case 'priority':
      throw cannot(command.kind)
    default:
      return assertNever(command)
  }
}
