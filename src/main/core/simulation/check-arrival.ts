import { NEVER, type PageTransfer } from './page-transfer.ts'
import type { WriteSchedule } from './write-schedule.ts'

/**
 * The law of every migration: when it completes, the destination holds of each page the version that the source held when
 * it stopped, or a later one written at the destination, and every page has arrived. Throws when it is broken: a bug.
 */
export const checkArrival = (memory: WriteSchedule, transfer: PageTransfer): void => {
  const { versions } = memory
  const { destination } = transfer
  let written = 0
  for (let page = 0; page < versions.length; page++) {
    const arrived = destination[page] ?? NEVER
    const ahead = arrived - (versions[page] ?? 0)
    if (arrived === NEVER) throw new Error(`page ${page} never arrived`)
    if (ahead < 0)
      throw new Error(`page ${page} arrived as version ${arrived}, the source holds ${versions[page]}`)
    written += ahead
  }
  if (written !== transfer.writtenAtDestination)
    throw new Error(
      `destination pages are ${written} versions ahead, but ${transfer.writtenAtDestination} were written there`,
    )
}
