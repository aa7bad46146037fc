import { assertNever, Failure } from '../../../shared/failure.ts'
import type { MigrationCommand } from '../../../shared/model/migration-command.ts'
import { isRevocable, readVmState } from './examine-vm.ts'
import { boundBandwidth, type MigrationPlan, stopAndCopy } from './migration-setup.ts'
import type { QmpClient, QmpCommand } from './qmp-client.ts'
import { order } from './qmp-commands.ts'

export const tooLate = (kind: string): Failure =>
  new Failure({
    code: 'conflict',
    message: `It is too late to ${kind}: the VM has left its source, or is about to.`,
    remedy: 'Wait until the migration has ended.',
  })

/** Throws `conflict` once the VM has left its source, or when that sends none. */
export const assertRevocable = async (source: QmpClient): Promise<void> => {
  if (!isRevocable(await readVmState(source))) throw tooLate('cancel')
}

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
