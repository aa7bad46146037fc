import type { ProbeFigures } from '../../../shared/model/migration-event.ts'

/** Between two probes, ms: pauses are as long or longer, and 50 small packets a second weigh nothing. A guess. */
export const PROBE_INTERVAL_MS = 20

/** What was sent to a guest's address and came back, by the sender's clock. Probes are numbered from 1. */
export interface ProbeLog {
  readonly sent: number
  readonly answered: number
  /** The newest probe that was answered: those before it that were not are lost. */
  readonly newest: number
  readonly lastHeardMs: number | null
  readonly longestGapMs: number
}

export const noProbes: ProbeLog = { sent: 0, answered: 0, newest: 0, lastHeardMs: null, longestGapMs: 0 }

export const sendProbe = (log: ProbeLog): ProbeLog => ({ ...log, sent: log.sent + 1 })

/** The log after an answer; one to a probe that was never sent, or is older than the newest answer, changes nothing. */
export const hearAnswer = (log: ProbeLog, sequence: number, heardMs: number): ProbeLog => {
  if (sequence <= log.newest || sequence > log.sent) return log
  const gapMs = log.lastHeardMs === null ? 0 : heardMs - log.lastHeardMs
  return {
    ...log,
    answered: log.answered + 1,
    newest: sequence,
    lastHeardMs: heardMs,
    longestGapMs: Math.max(log.longestGapMs, gapMs),
  }
}

/**
 * S4's two measures of a downtime: lost probes, each standing for the interval at which they are sent (S4 takes the
 * round trip, which tells nothing of a pause), and the longest time without an answer. Null where nobody ever answered.
 */
export const probeFigures = (log: ProbeLog, nowMs: number): ProbeFigures | null => {
  if (log.lastHeardMs === null) return null
  const silentMs = nowMs - log.lastHeardMs
  // Of a guest that still answers, what is on its way is not lost.
  const isSilent = silentMs > log.longestGapMs
  return {
    lostProbes: (isSilent ? log.sent : log.newest) - log.answered,
    intervalMs: PROBE_INTERVAL_MS,
    longestGapMs: Math.max(log.longestGapMs, silentMs),
  }
}
