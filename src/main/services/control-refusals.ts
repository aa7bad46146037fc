import { Failure } from '../../shared/failure.ts'
import type { Migration } from '../../shared/model/migration.ts'
import type { CommandKind } from '../../shared/model/migration-command.ts'
import { formatBytes } from '../../shared/units.ts'
import { hasEnded } from '../core/migration/transitions.ts'

/** A migration that no command can change any more: it has ended, or the VM is past its pause. */
export const tooLate = ({ vmName, phase }: Migration): Failure =>
  hasEnded(phase)
    ? new Failure({
        code: 'conflict',
        message: `The migration of ${vmName} has ended.`,
        remedy: 'There is nothing left to do about it.',
      })
    : new Failure({
        code: 'conflict',
        message: `The migration of ${vmName} is past its pause: it can only go forward.`,
        remedy: 'Wait for it to complete, then move the VM back if that is needed.',
      })

/** The end of pre-copy asked for before there is any: a guest cannot go where nothing of it is. */
export const tooEarly = ({ vmName, phase, diskCopy }: Migration): Failure =>
  new Failure({
    code: 'conflict',
    message:
      phase === 'disk-copy'
        ? `It is too early for that: the disk of ${vmName} is still being copied${diskCopy ? `, ${formatBytes(diskCopy.copiedBytes)} of ${formatBytes(diskCopy.totalBytes)} so far` : ''}.`
        : `It is too early for that: nothing of ${vmName} is on its way yet.`,
    remedy: 'Ask again once the first round has begun, or cancel the migration.',
  })

/** A cancel that has been asked for is not overtaken by anything. */
export const beingCancelled = ({ vmName }: Migration): Failure =>
  new Failure({
    code: 'conflict',
    message: `The migration of ${vmName} is being cancelled.`,
    remedy: 'Wait for it to end, then start another if the VM is to move.',
  })

const commandVerbs: Readonly<Record<CommandKind, string>> = {
  continue: 'go on with another round',
  switch: 'switch',
  'stop-and-copy': 'stop-and-copy',
  cancel: 'cancel',
  bandwidth: 'keep to a bandwidth',
  'page-order': 'send pages in an order',
  throttle: 'slow the guest down',
  priority: 'push other traffic aside',
}

/** A host that decides by itself. */
export const cannotBeTold = (host: string, command: CommandKind): Failure =>
  new Failure({
    code: 'unsupported',
    message: `${host} cannot be told to ${commandVerbs[command]}: it decides by itself.`,
    remedy: 'Let the migration go on, or cancel it.',
  })

/** A pool that is not connected at the moment. */
export const poolAway = ({ vmName }: Migration): Failure =>
  new Failure({
    code: 'unreachable',
    message: `The migration of ${vmName} cannot be reached: its pool is not connected.`,
    remedy: 'Wait until the connection is back, or use the pool itself.',
  })

/** Whether the command may not have reached the host, so that it is worth saying again. */
export const isUnheard = ({ code }: Failure): boolean =>
  code === 'unreachable' || code === 'timeout' || code === 'closed'
