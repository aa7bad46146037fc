import type { QmpClient } from './qmp-client.ts'
import { isHandedOver, migrationInfo, order, runState } from './qmp-commands.ts'
import { provesGone } from './qmp-failure.ts'

/** The two QEMUs of a migration. */
export interface Ends {
  readonly source: QmpClient
  readonly destination: QmpClient
}

/**
 * Which ends are processes of this machine: only of those a socket that refuses proves that they ended. One that is
 * forwarded refuses as well when its tunnel has ended.
 */
export interface Here {
  readonly source: boolean
  readonly destination: boolean
}

/** Whether a guest has stood still at its source for a hand-over, as far as anybody knows. */
type Whereabouts = 'never-left' | 'may-have-left'

/**
 * The VM did not leave: makes sure that it runs, and that it runs nowhere else. Throws where it may have left and the
 * destination does not say that it is not there: a guest must not run twice.
 */
export const settleAtSource = async (
  { source, destination, here }: Ends & { readonly here: Here },
  whereabouts: Whereabouts,
): Promise<void> => {
  const there = await destination.ask(runState).catch((error: unknown) => {
    const isNotThere = here.destination && provesGone(error)
    if (whereabouts === 'may-have-left' && !isNotThere) throw error
    return null
  })
  if (there?.running) await destination.ask(order('stop'))
  // What somebody else has paused stays so.
  if (isHandedOver(await source.ask(runState))) await source.ask(order('cont'))
}

/** The VM has worked at its destination, and going back would undo that: makes sure that it runs nowhere else. */
export const settleAtDestination = async ({ source }: Ends): Promise<void> => {
  if ((await source.ask(runState)).running) await source.ask(order('stop'))
}

/** The connection between the two broke while pages were missing: both wait, and go on over a new one. */
export const reconnect = async ({ source, destination }: Ends, uri: string): Promise<void> => {
  const { status } = await destination.ask(migrationInfo)
  if (status === 'postcopy-paused') await destination.ask(order('migrate-recover', { uri }))
  await source.ask(order('migrate', { uri, resume: true }))
}
