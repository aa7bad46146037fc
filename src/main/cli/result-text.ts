import type { ProbeFigures } from '../../shared/model/migration-event.ts'
import type { SharedLinkResult } from '../../shared/model/shared-link-case.ts'
import type { SimulationResult } from '../../shared/model/simulation-case.ts'
import { formatBytes, formatCount, formatDuration } from '../../shared/units.ts'

type Told = Omit<SimulationResult, 'stallMs' | 'unavailabilityMs' | 'lostGuestMs' | 'slaViolated'> & {
  /** Null where nobody measured it. */
  readonly stallMs: number | null
  readonly slaViolated: boolean | null
  readonly probes?: ProbeFigures
}

const probesText = ({ lostProbes, intervalMs, longestGapMs }: ProbeFigures): string =>
  `no answer for ${formatDuration(longestGapMs)} (${formatDuration(lostProbes * intervalMs)} by ${formatCount(lostProbes)} lost probes)`

const slaText = (violated: boolean | null): string =>
  violated === null ? 'SLA not known' : violated ? 'SLA violated' : 'SLA kept'

/** A result as one line for a person. */
export const describeResult = (result: Told): string => {
  const { outcome, switched, rounds, diskMs, totalMs, downtimeMs, stallMs, bytesSent, demandFaults } = result
  const live = switched ? rounds.length : Math.max(0, rounds.length - 1)
  return [
    `${outcome}${switched ? ' by post-copy' : ''} after ${live} live ${live === 1 ? 'round' : 'rounds'}`,
    ...(diskMs === undefined ? [] : [`disk ${formatDuration(diskMs)}`]),
    `total ${formatDuration(totalMs)}`,
    `pause ${formatDuration(downtimeMs)}`,
    `stall ${stallMs === null ? 'not measured' : formatDuration(stallMs)}`,
    ...(result.probes ? [probesText(result.probes)] : []),
    `sent ${formatBytes(bytesSent)}`,
    `${formatCount(demandFaults)} demand faults`,
    slaText(result.slaViolated),
  ].join(', ')
}

/** Several migrations over one link as one line for a person. */
export const describeSharedLink = ({ totalMs, bytesSent, migrations }: SharedLinkResult): string => {
  const each = migrations.map((result, index) => `${index + 1}: ${describeResult(result)}`)
  const all = `${migrations.length} over one link in ${formatDuration(totalMs)}, sent ${formatBytes(bytesSent)}`
  return [all, ...each].join('; ')
}
