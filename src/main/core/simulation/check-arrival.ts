import { NEVER, type PageTransfer } from './page-transfer.ts'
import type { WriteSchedule } from './write-schedule.ts'

/**
 * The law of every migration: when it completes, the destination holds of each page the version that the source held when
 * it stopped, or a later one written at the destination, and every page has arrived. Throws when it is broken: a bug.
 */
export const checkArrival = (memory: WriteSchedule, transfer: PageTransfer): void => {
  const { versions } = memory
  const { destination } = transfer
  // Two pages at a time: nearly all are equal, and none that never arrived is.
  const [theirs, ours] = [pairsOf(destination), pairsOf(versions)]
  let written = 0
  for (let pair = 0; pair < ours.length; pair++)
    if (theirs[pair] !== ours[pair])
      written += aheadOf(transfer, memory, pair * 2) + aheadOf(transfer, memory, pair * 2 + 1)
  if (versions.length % 2 === 1) written += aheadOf(transfer, memory, versions.length - 1)
  if (written !== transfer.writtenAtDestination)
    throw new Error(
      `destination pages are ${written} versions ahead, but ${transfer.writtenAtDestination} were written there`,
    )
}

const pairsOf = (versions: Uint16Array): Uint32Array =>
  new Uint32Array(versions.buffer, versions.byteOffset, versions.length >>> 1)

/** How many versions a page at the destination is ahead of the source. */
const aheadOf = ({ destination }: PageTransfer, { versions }: WriteSchedule, page: number): number => {
  const arrived = destination[page] ?? NEVER
  const ahead = arrived - (versions[page] ?? 0)
  if (arrived === NEVER) throw new Error(`page ${page} never arrived`)
  if (ahead < 0)
    throw new Error(`page ${page} arrived as version ${arrived}, the source holds ${versions[page]}`)
  return ahead
}
