import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes, formatCount, formatDuration } from '../../../shared/units.ts'
import { endingHeading } from './migration-words.ts'
import { brokenStep } from './phase-steps.ts'
import { timelineRemarks } from './timeline-remarks.ts'

const stateWords = (migration: Migration): string => {
  const { phase, recovering } = migration
  if (phase === 'failed' || phase === 'cancelled') return `${phase} in ${brokenStep(migration)}`
  return recovering ? `${phase}, last heard` : phase
}

const diskWords = ({ copiedBytes, totalBytes }: NonNullable<Migration['diskCopy']>): string =>
  `${formatBytes(copiedBytes)} of its disk of ${formatBytes(totalBytes)} copied`

/** The timeline in one or two sentences, for those who do not see it. */
export const timelineSummary = (migration: Migration, elapsedMs: number): string => {
  const rounds = migration.rounds.filter(round => round.live).length
  const parts = [
    `Timeline of the migration of ${migration.vmName}: ${stateWords(migration)} after ${formatDuration(elapsedMs)}`,
    ...(migration.diskCopy ? [diskWords(migration.diskCopy)] : []),
    `${rounds} pre-copy ${rounds === 1 ? 'round' : 'rounds'} done`,
    `${formatBytes(migration.bytesSent)} sent`,
    ...(migration.downtimeMs === null ? [] : [`paused for ${formatDuration(migration.downtimeMs)}`]),
    ...(migration.postCopy
      ? [`${formatCount(migration.postCopy.demandFaults)} demand faults in post-copy`]
      : []),
  ]
  const why = migration.ending ? ` ${endingHeading(migration)}: ${migration.ending.reasons.join(' ')}` : ''
  return [`${parts.join(', ')}.${why}`, ...timelineRemarks(migration)].join(' ')
}
