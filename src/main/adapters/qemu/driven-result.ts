import { z } from 'zod'
import { probeFigures } from '../../../shared/model/migration-event.ts'
import { simulationResult } from '../../../shared/model/simulation-case.ts'
import { toldRounds } from '../../core/simulation/result-of.ts'
import type { DrivenMigration } from './drive-migration.ts'

/** A simulated migration's figures of a real one: null where nobody measured for how long the guest waited for pages, and what follows from it. */
export const drivenFigures = simulationResult.extend({
  stallMs: z.number().nullable(),
  unavailabilityMs: z.number().nullable(),
  lostGuestMs: z.number().nullable(),
  slaViolated: z.boolean().nullable(),
  probes: probeFigures.exactOptional(),
})
type DrivenFigures = Readonly<z.infer<typeof drivenFigures>>

/** A real migration's figures, told as a simulated one's are. */
export const drivenResult = (
  { migration, counters, stallMs }: DrivenMigration,
  slaDowntimeMs: number,
): DrivenFigures => {
  const { startedAtMs, phase, ending, memoryPages, probes } = migration
  const totalMs = Math.max(0, (migration.endedAtMs ?? startedAtMs) - startedAtMs)
  const pausedMs = migration.pausedAtMs === null ? totalMs : migration.pausedAtMs - startedAtMs
  const downtimeMs = migration.downtimeMs ?? totalMs - pausedMs
  const switched = ending?.kind === 'post-copy' && (counters?.postCopyBytes ?? 0) > 0
  // Without a switch no page is missing at the destination, and none is waited for.
  const stall = stallMs ?? (switched ? null : 0)
  const pagesSent = counters?.sentPages ?? 0
  return {
    totalMs,
    preCopyMs: pausedMs,
    stopMs: downtimeMs,
    postCopyMs: switched ? Math.max(0, totalMs - pausedMs - downtimeMs) : 0,
    downtimeMs,
    stallMs: stall,
    unavailabilityMs: stall === null ? null : downtimeMs + stall,
    bytesSent: counters?.bytes ?? 0,
    pagesSent,
    displacedBytes: 0,
    pagesRetransmitted: Math.max(0, pagesSent - memoryPages),
    demandFaults: counters?.pageRequests ?? 0,
    lostGuestMs: stall,
    rounds: toldRounds(migration),
    switched,
    outcome: phase === 'completed' ? 'completed' : 'aborted',
    ...(probes && { probes }),
    slaViolated:
      stall === null && downtimeMs <= slaDowntimeMs ? null : downtimeMs + (stall ?? 0) > slaDowntimeMs,
  }
}
