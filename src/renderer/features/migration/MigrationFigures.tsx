import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes, formatCount, formatDuration, PAGE_BYTES } from '../../../shared/units.ts'
import { bytesUnderWay, tellsBytes } from './bytes-under-way.ts'
import styles from './migration.module.css'
import { remainingWords } from './predicted-remaining.ts'
import {
  allowedWords,
  type UnavailabilityRange,
  unavailabilityRange,
  unavailabilityWords,
} from './unavailability.ts'

interface Props {
  readonly migration: Migration
  readonly elapsedMs: number
  /** Unavailability that is allowed, ms; null before it is known. */
  readonly allowedMs: number | null
}

interface Figure {
  readonly name: string
  readonly value: string
  readonly remark?: string
}

const remainingPages = ({ current, postCopy, endedAtMs }: Migration): number | null =>
  endedAtMs !== null ? null : (postCopy?.remainingPages ?? current?.remainingPages ?? null)

/** What the link carried in whole rounds. */
const bytesOf = (rounds: Migration['rounds']): number =>
  rounds.reduce((sum, round) => sum + (round.bandwidthBytesPerSecond * round.ms) / 1000, 0)

/** An unavailability against what is allowed. */
const allowed = (range: UnavailabilityRange, allowedMs: number | null): Pick<Figure, 'remark'> =>
  allowedMs === null ? {} : { remark: allowedWords(range, allowedMs) }

/** The pause of a migration that has ended, where none was measured. */
const endedPause = ({ pausedAtMs, phase }: Migration): string => {
  if (pausedAtMs !== null) return 'never over'
  return phase === 'completed' ? 'not told' : 'never paused'
}

/** Some hosts tell it when all pages are there. */
const waited = ({ endedAtMs }: Migration, { stallMs }: NonNullable<Migration['postCopy']>): string => {
  if (stallMs !== null) return formatDuration(stallMs)
  return endedAtMs === null ? 'not told yet' : 'not told'
}

/** A guest that waits often and shortly goes slower; it stands still only where its heartbeat has a gap. */
const longestGap = ({ heartbeat }: NonNullable<Migration['postCopy']>): Pick<Figure, 'remark'> => {
  if (heartbeat === undefined) return {}
  return {
    remark:
      heartbeat.stallMs > 0
        ? `longest gap ${formatDuration(heartbeat.longestGapMs)}`
        : 'each too short to be a stall',
  }
}

const pauseFigures = ({ migration, allowedMs }: Props): readonly Figure[] => {
  const { downtimeMs, postCopy, remaining, predictions, endedAtMs } = migration
  if (downtimeMs === null) {
    const predictedMs = remaining?.downtimeMs ?? predictions.at(-1)?.downtimeMs
    if (endedAtMs !== null) return [{ name: 'Pause', value: endedPause(migration) }]
    const isAhead = predictedMs !== undefined
    return [
      {
        name: 'Predicted pause',
        value: isAhead ? formatDuration(predictedMs) : '-',
        ...(isAhead ? allowed(unavailabilityRange(predictedMs, null), allowedMs) : {}),
      },
    ]
  }
  const pause = { name: 'Pause', value: formatDuration(downtimeMs) }
  const unavailability = unavailabilityRange(downtimeMs, postCopy)
  if (!postCopy) return [{ ...pause, ...allowed(unavailability, allowedMs) }]
  return [
    pause,
    { name: 'Demand faults', value: formatCount(postCopy.demandFaults) },
    { name: 'Guest waited for pages', value: waited(migration, postCopy), ...longestGap(postCopy) },
    {
      name: 'Unavailable in all',
      value: unavailabilityWords(unavailability),
      ...allowed(unavailability, allowedMs),
    },
  ]
}

/** Of a disk that is copied along: how much of it is there. */
const diskFigures = ({ diskCopy }: Migration): readonly Figure[] => {
  if (diskCopy === null) return []
  const { copiedBytes, totalBytes } = diskCopy
  const total = formatBytes(totalBytes)
  return [
    {
      name: 'Disk copied',
      value: copiedBytes < totalBytes ? `${formatBytes(copiedBytes)} of ${total}` : total,
    },
  ]
}

/** S4's two measures of the pause, as whoever talks to the guest meets it. */
const probeFigures = ({ probes }: Migration): readonly Figure[] => {
  if (probes === undefined) return []
  const { lostProbes, intervalMs, longestGapMs } = probes
  return [
    {
      name: 'Lost probes',
      value: formatCount(lostProbes),
      remark: `of the whole move, one each ${formatDuration(intervalMs)}: ${formatDuration(lostProbes * intervalMs)}`,
    },
    { name: 'Longest without an echo', value: formatDuration(longestGapMs) },
  ]
}

/** What the host itself calls downtime, beside the pause that was seen. */
const hostDowntimeFigure = ({ hostDowntimeMs, postCopy }: Migration): readonly Figure[] =>
  hostDowntimeMs === undefined
    ? []
    : [
        {
          name: "Host's own downtime",
          value: formatDuration(hostDowntimeMs),
          remark: postCopy ? 'by its own count, which after a switch is not the pause' : 'by its own count',
        },
      ]

const figuresOf = (props: Props): readonly Figure[] => {
  const { migration, elapsedMs } = props
  const isRunning = migration.endedAtMs === null
  const remaining = remainingPages(migration)
  const bytes = (pages: number | null) => (pages === null ? '-' : formatBytes(pages * PAGE_BYTES))
  const { current, bandwidthLimitBytesPerSecond: limit } = migration
  const underWay = bytesUnderWay(migration, migration.startedAtMs + elapsedMs)
  const again = current && current.round > 1 ? underWay : 0
  const sent = (bytesKnown: number, countedBytes: number, more: number) =>
    !tellsBytes(migration)
      ? 'not told'
      : `${more > 0 ? '~ ' : ''}${formatBytes(Math.max(bytesKnown, countedBytes + more))}`
  const diskBytes = migration.diskCopy?.copiedBytes ?? 0
  // Nothing of the memory is on its way before the disk is there.
  const isBeforeRounds = migration.phase === 'disk-copy'
  const moved: readonly Figure[] = [
    { name: 'Sent', value: sent(migration.bytesSent, diskBytes + bytesOf(migration.rounds), underWay) },
    {
      name: 'Of it sent again',
      value: sent(migration.retransmittedPages * PAGE_BYTES, bytesOf(migration.rounds.slice(1)), again),
    },
  ]
  const ahead: readonly Figure[] = isRunning
    ? [
        ...(isBeforeRounds ? [] : [{ name: 'Remaining', value: bytes(remaining) }]),
        { name: 'Predicted remaining', value: remainingWords(migration, elapsedMs) },
        ...(limit === null ? [] : [{ name: 'Bandwidth limit', value: `${formatBytes(limit)}/s` }]),
      ]
    : [{ name: 'Total time', value: formatDuration(elapsedMs) }]
  return [
    ...diskFigures(migration),
    ...(isBeforeRounds ? [] : moved),
    ...ahead,
    ...pauseFigures(props),
    ...hostDowntimeFigure(migration),
    ...probeFigures(migration),
  ]
}

/** The figures of a migration in one row. */
export const MigrationFigures = (props: Props) => (
  <dl className={styles.figures}>
    {figuresOf(props).map(figure => (
      <div key={figure.name}>
        <dt>{figure.name}</dt>
        <dd>
          {figure.value}
          {figure.remark && <small> {figure.remark}</small>}
        </dd>
      </div>
    ))}
  </dl>
)
