import type { QmpClient } from './qmp-client.ts'
import { migrationInfo, order, runState } from './qmp-commands.ts'

/** The two QEMUs of a migration. */
export interface Ends {
  readonly source: QmpClient
  readonly destination: QmpClient
}

/** The VM did not leave: makes sure that it runs, and that it runs nowhere else. */
export const settleAtSource = async ({ source, destination }: Ends): Promise<void> => {
  const there = await destination.ask(runState).catch(() => null)
  if (there?.running) await destination.ask(order('stop'))
  const { running } = await source.ask(runState)
  if (!running) await source.ask(order('cont'))
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
