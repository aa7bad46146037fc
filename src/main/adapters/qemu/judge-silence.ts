import type { QmpClient } from './qmp-client.ts'
import { migrationInfo, runState } from './qmp-commands.ts'
import type { Ends } from './settle-vm.ts'

/** What has become of a migration of which one end cannot be asked any more. */
interface Verdict {
  readonly kind: 'failed'
  readonly reason: string
  readonly vmRunsAt: 'source' | 'destination' | 'nowhere' | 'unknown'
}

/** How an end stands that can be asked. */
interface Standing {
  readonly running: boolean
  readonly migration: string
}

const statesOf = (qemu: QmpClient): Promise<Standing | null> =>
  Promise.all([qemu.ask(runState), qemu.ask(migrationInfo)]).then(
    ([{ running }, migration]) => ({ running, migration: migration.status }),
    () => null,
  )

const failed = (vmRunsAt: Verdict['vmRunsAt'], reason: string): Verdict => ({
  kind: 'failed',
  reason,
  vmRunsAt,
})

const judgeWithoutDestination = (source: Standing, hasArrived: boolean): Verdict | null => {
  if (source.migration.startsWith('postcopy'))
    return failed(
      'nowhere',
      'The destination QEMU ended while memory was still at the source: the VM had moved there and ended with it.',
    )
  const hasGivenUp = source.migration === 'failed' || source.migration === 'none'
  if (hasArrived && hasGivenUp && source.running)
    return failed(
      'source',
      'The destination QEMU ended after the VM had begun to run there; it runs at its source again, as it was when it left.',
    )
  return source.migration === 'completed' || (hasArrived && hasGivenUp)
    ? failed('nowhere', 'The destination QEMU ended after it had taken the VM over: the VM ended with it.')
    : null
}

/** What was heard before. */
interface Heard {
  /** Whether the guest has run at the destination. */
  readonly hasArrived: boolean
  /** Why nothing is heard now. */
  readonly why: string
}

/** Asks both ends once more; null while it may still come right: both answer, or the source has what it needs to decide. */
export const judgeSilence = async (
  { source, destination }: Ends,
  { hasArrived, why }: Heard,
): Promise<Verdict | null> => {
  const [from, to] = await Promise.all([statesOf(source), statesOf(destination)])
  if (from !== null && to !== null) return null
  if (from === null && to === null)
    return failed('unknown', `Neither QEMU can be asked any more, so nobody knows where the VM runs: ${why}`)
  if (from !== null) return judgeWithoutDestination(from, hasArrived)
  if (to?.running === true)
    return to.migration === 'completed'
      ? failed(
          'destination',
          'The source QEMU ended before it said that it was done; the VM runs at its destination.',
        )
      : failed(
          'nowhere',
          'The source QEMU ended while pages were missing at the destination: the VM stands still there for ever, at the first page that is missing.',
        )
  return failed('nowhere', 'The source QEMU ended, and the VM with it, before it had moved.')
}
