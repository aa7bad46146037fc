import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes, formatDuration, PAGE_BYTES } from '../../../shared/units.ts'
import type { TimelineHeading } from '../../charts/phase-timeline/picture.ts'
import { tellsBytes } from './bytes-under-way.ts'
import { isolated, policyWords } from './migration-words.ts'
import { timelineSummary } from './timeline-summary.ts'

const dateTime = (ms: number): string =>
  new Date(ms).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })

const figures = (migration: Migration): string => {
  const { bytesSent, retransmittedPages, downtimeMs, postCopy } = migration
  const sent = tellsBytes(migration)
    ? [`${formatBytes(bytesSent)} sent`, `${formatBytes(retransmittedPages * PAGE_BYTES)} of it again`]
    : ['bytes not told']
  return [
    ...sent,
    downtimeMs === null ? 'pause not told' : `pause ${formatDuration(downtimeMs)}`,
    ...(postCopy ? [`${postCopy.demandFaults} demand faults`] : []),
  ].join(', ')
}

/** What an exported timeline says above the picture: VM, hosts, policy, times, figures. */
export const timelineHeading = (
  migration: Migration,
  hostName: (hostId: string) => string,
  elapsedMs: number,
): TimelineHeading => {
  const { vmName, sourceHostId, destinationHostId, policy, phase, startedAtMs, startedBy, failure } =
    migration
  const by = startedBy === 'trigger' ? 'a trigger' : 'the operator'
  return {
    title: `${isolated(vmName)}: ${isolated(hostName(sourceHostId))} to ${isolated(hostName(destinationHostId))}, ${policyWords[policy]}`,
    details: [
      `started ${dateTime(startedAtMs)} by ${by}; ${phase} after ${formatDuration(elapsedMs)}`,
      figures(migration),
      ...(failure ? [failure.reason] : []),
    ],
    description: timelineSummary(migration, elapsedMs),
  }
}
