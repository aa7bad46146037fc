import type { QmpClient } from './qmp-client.ts'
import { migrationInfo, runState } from './qmp-commands.ts'
import { provesGone } from './qmp-failure.ts'
import type { Here } from './settle-vm.ts'

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

/**
 * What asking an end came to. `mute`: it says nothing, which proves nothing; a QEMU that stops and copies a large guest
 * hears nobody until that is done, and of one on another machine only what lies between may have ended.
 */
type Answer = Standing | 'gone' | 'mute'

type Asked = Pick<QmpClient, 'ask'>

const answerOf = (qemu: Asked, isHere: boolean): Promise<Answer> =>
  Promise.all([qemu.ask(runState), qemu.ask(migrationInfo)]).then(
    ([{ running }, migration]) => ({ running, migration: migration.status }),
    (error: unknown) => (isHere && provesGone(error) ? 'gone' : 'mute'),
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
  if (hasArrived && hasGivenUp)
    return failed(
      'nowhere',
      'The destination QEMU ended after it had taken the VM over. The VM stands still at its source, as it was when it left; cont would let it go on from there.',
    )
  return source.migration === 'completed'
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

const judgeWithoutSource = (destination: Standing): Verdict => {
  if (destination.migration === 'completed')
    return failed(
      'destination',
      `The source QEMU ended before it said that it was done; the VM ${destination.running ? 'runs at its destination' : 'is at its destination and stands still there: cont lets it go on'}.`,
    )
  return destination.running
    ? failed(
        'nowhere',
        'The source QEMU ended while pages were missing at the destination: the VM stands still there for ever, at the first page that is missing.',
      )
    : failed('nowhere', 'The source QEMU ended, and the VM with it, before it had moved.')
}

/** What becomes of a migration that has been silent for longer than anything takes. */
export const lostFromSight = (why: string): Verdict =>
  failed('unknown', `Nobody knows where the VM runs, since not both QEMUs could be asked for long: ${why}`)

/**
 * Asks both ends once more; null while it may still come right: both answer, one of them is only silent, or the source
 * has what it needs to decide.
 */
export const judgeSilence = async (
  { source, destination, here }: { readonly source: Asked; readonly destination: Asked; readonly here: Here },
  { hasArrived, why }: Heard,
): Promise<Verdict | null> => {
  const [from, to] = await Promise.all([
    answerOf(source, here.source),
    answerOf(destination, here.destination),
  ])
  if (from === 'mute' || to === 'mute') return null
  if (from !== 'gone') return to === 'gone' ? judgeWithoutDestination(from, hasArrived) : null
  return to === 'gone'
    ? failed('unknown', `Neither QEMU is there any more, so nobody knows where the VM runs: ${why}`)
    : judgeWithoutSource(to)
}
