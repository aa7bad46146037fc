import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes, formatDuration, PAGE_BYTES, threeFigures } from '../../../shared/units.ts'
import { bytesUnderWay, tellsBytes } from './bytes-under-way.ts'
import styles from './migration.module.css'

interface Props {
  readonly migration: Migration
  readonly elapsedMs: number
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

const figuresOf = ({ migration, elapsedMs }: Props): readonly Figure[] => {
  const isRunning = migration.endedAtMs === null
  const remaining = remainingPages(migration)
  const prediction = migration.predictions.at(-1)
  const bytes = (pages: number | null) => (pages === null ? '-' : formatBytes(pages * PAGE_BYTES))
  const { downtimeMs, postCopy, current } = migration
  const underWay = isRunning ? bytesUnderWay(migration, migration.startedAtMs + elapsedMs) : 0
  const again = current && current.round > 1 ? underWay : 0
  const sent = (bytesKnown: number, rounds: Migration['rounds'], more: number) =>
    !tellsBytes(migration)
      ? 'not told'
      : `${more > 0 ? '~ ' : ''}${formatBytes(Math.max(bytesKnown, bytesOf(rounds) + more))}`
  const moved: readonly Figure[] = [
    { name: 'Sent', value: sent(migration.bytesSent, migration.rounds, underWay) },
    {
      name: 'Of it sent again',
      value: sent(migration.retransmittedPages * PAGE_BYTES, migration.rounds.slice(1), again),
    },
  ]
  const ahead: readonly Figure[] = isRunning
    ? [
        { name: 'Remaining', value: bytes(remaining) },
        {
          name: 'Predicted remaining',
          value: prediction ? formatDuration(Math.max(0, prediction.totalMs - elapsedMs)) : '-',
          ...(prediction ? {} : { remark: 'after round 1' }),
        },
      ]
    : [{ name: 'Total time', value: formatDuration(elapsedMs) }]
  const pause: Figure =
    downtimeMs !== null
      ? { name: 'Pause', value: formatDuration(downtimeMs) }
      : {
          name: 'Predicted pause',
          value: isRunning && prediction ? formatDuration(prediction.downtimeMs) : '-',
        }
  const tail: readonly Figure[] = postCopy
    ? [
        { name: 'Demand faults', value: threeFigures(postCopy.demandFaults) },
        { name: 'Guest waited for pages', value: formatDuration(postCopy.stallMs) },
      ]
    : []
  return [...moved, ...ahead, pause, ...tail]
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
