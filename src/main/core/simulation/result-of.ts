import type { Migration } from '../../../shared/model/migration.ts'
import type { SimulationResult } from '../../../shared/model/simulation-case.ts'
import type { CarriedMigration } from './carry-out.ts'

/** The passes of a migration as a result has them. */
export const toldRounds = ({ rounds }: Migration): SimulationResult['rounds'] =>
  rounds.map(({ index, sentPages, dirtiedPages, unsentPages = 0, ms, bandwidthBytesPerSecond }) => ({
    index,
    sentPages,
    dirtiedPages,
    unsentPages,
    ms,
    bandwidthBytesPerSecond,
  }))

/** A finished simulation's figures: times and rounds as the engine heard them, pages and stall from the simulated host. */
export const resultOf = (
  told: Migration,
  simulated: CarriedMigration,
  slaDowntimeMs: number,
): SimulationResult => {
  const totalMs = simulated.elapsedMs
  const { disk } = simulated
  const pausedMs = told.pausedAtMs ?? totalMs
  // A migration that failed while the guest was paused has cost that pause.
  const downtimeMs = told.downtimeMs ?? totalMs - pausedMs
  const isTail = simulated.paging !== null
  const stallMs = simulated.paging?.stallMs ?? 0
  const unavailabilityMs = downtimeMs + stallMs
  return {
    totalMs,
    ...(disk && { diskMs: disk.ms }),
    preCopyMs: pausedMs - (disk?.ms ?? 0),
    stopMs: downtimeMs,
    postCopyMs: isTail ? totalMs - pausedMs - downtimeMs : 0,
    downtimeMs,
    stallMs,
    unavailabilityMs,
    bytesSent: simulated.transfer.bytesSent + (disk?.bytesSent ?? 0),
    pagesSent: simulated.transfer.pagesSent,
    displacedBytes: simulated.displacedBytes,
    pagesRetransmitted: Math.max(0, simulated.transfer.pagesSent - told.memoryPages),
    demandFaults: simulated.paging?.faults ?? 0,
    lostGuestMs: (simulated.paging?.lostMs ?? 0) + simulated.slowedMs,
    rounds: toldRounds(told),
    switched: told.ending?.kind === 'post-copy' && isTail,
    outcome: told.phase === 'completed' ? 'completed' : 'aborted',
    slaViolated: unavailabilityMs > slaDowntimeMs,
  }
}
