import { assertNever } from '../../../shared/failure.ts'
import type { Capabilities } from '../../../shared/model/capabilities.ts'
import type { CommandKind } from '../../../shared/model/migration-command.ts'

/** How pre-copy gives way there: to post-copy where the host has it, else to a pause for all that is left. */
export const handOver = ({ postCopy }: Pick<Capabilities, 'postCopy'>): 'switch' | 'stop-and-copy' =>
  postCopy ? 'switch' : 'stop-and-copy'

/** Whether a host can be told this; a cancel goes by its task where it cannot be told anything else. */
export const canBeTold = (command: CommandKind, capabilities: Capabilities): boolean => {
  switch (command) {
    case 'cancel':
      return true
    case 'switch':
      return capabilities.postCopy
    case 'continue':
    case 'stop-and-copy':
      return capabilities.stopAndCopy
    case 'bandwidth':
      return capabilities.bandwidth
    case 'page-order':
      return capabilities.pageOrder
    case 'throttle':
      return capabilities.throttle
    case 'priority':
      return capabilities.priority
    default:
      return assertNever(command)
  }
}
