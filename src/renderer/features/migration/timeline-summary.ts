import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes, formatDuration } from '../../../shared/units.ts'
import { endingHeading } from './migration-words.ts'
import { timelineRemarks } from './timeline-remarks.ts'

/** The timeline in one or two sentences, for those who do not see it. */
export const timelineSummary = (migration: Migration, elapsedMs: number): string => {
  const rounds = migration.rounds.filter(round => round.live).length
  const parts = [
    `Timeline of the migration of ${migration.vmName}: ${migration.phase} after ${formatDuration(elapsedMs)}`,
    `${rounds} pre-copy ${rounds === 1 ? 'round' : 'rounds'} done`,
    `${formatBytes(migration.bytesSent)} sent`,
    ...(migration.downtimeMs === null ? [] : [`paused for ${formatDuration(migration.downtimeMs)}`]),
    ...(migration.postCopy ? [`${migration.postCopy.demandFaults} demand faults in post-copy`] : []),
  ]
  const why = migration.ending ? ` ${endingHeading(migration)}: ${migration.ending.reasons.join(' ')}` : ''
  return [`${parts.join(', ')}.${why}`, ...timelineRemarks(migration)].join(' ')
}
