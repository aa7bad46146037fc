import { Button } from '@mantine/core'
import { memo, useState } from 'react'
import { formatBytes, formatDuration, formatRatio, MIB, threeFigures } from '../../../shared/units.ts'
import type { TimelineRound } from '../../charts/phase-timeline/data.ts'
import { dirtyRateOf, dirtyRatioOf } from '../../charts/phase-timeline/data.ts'
import styles from './migration.module.css'

interface Props {
  readonly rounds: readonly TimelineRound[]
}

/** Hundreds of rounds would be drawn anew at every change while the latest are looked at. */
const LATEST = 20

const tellsDirtied = ({ live, countsDirtied }: TimelineRound): boolean => live && countsDirtied !== false

const cellsOf = (round: TimelineRound): readonly string[] => [
  formatDuration(round.ms),
  formatBytes(round.sentBytes),
  tellsDirtied(round) ? formatBytes(round.dirtiedBytes) : '-',
  threeFigures(round.bandwidthBytesPerSecond / MIB),
  tellsDirtied(round) ? threeFigures(dirtyRateOf(round) / MIB) : '-',
  tellsDirtied(round) ? formatRatio(dirtyRatioOf(round)) : '-',
]

const nameOf = ({ index, partial, live }: TimelineRound): string =>
  `${index}${partial ? ' (unfinished)' : ''}${live ? '' : ' (VM paused)'}`

/** One round; `cells` are joined so that a round that has not changed is not drawn again. */
const Row = memo(({ name, cells }: { readonly name: string; readonly cells: string }) => (
  <tr>
    <th scope="row">{name}</th>
    {cells.split('\t').map((cell, column) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the columns never change places
      <td key={column}>{cell}</td>
    ))}
  </tr>
))
Row.displayName = 'Row'

/** The rounds in figures: what the timeline shows, for reading and for those who do not see it. */
export const RoundsTable = ({ rounds }: Props) => {
  const [isWhole, setIsWhole] = useState(false)
  const shown = isWhole ? rounds : rounds.slice(-LATEST)
  return (
    <section className={styles.panel}>
      <h2>Rounds</h2>
      {shown.length < rounds.length && (
        <p className={styles.dim}>
          The latest {LATEST} of {rounds.length}.{' '}
          <Button size="compact-xs" onClick={() => setIsWhole(true)}>
            Show all
          </Button>
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className={styles.scroll} aria-label="Rounds in figures" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Round</th>
              <th scope="col">Took</th>
              <th scope="col">Sent</th>
              <th scope="col">Dirtied meanwhile</th>
              <th scope="col">Bandwidth MiB/s</th>
              <th scope="col">Dirty rate MiB/s</th>
              <th scope="col">Dirty / bandwidth</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(round => (
              <Row key={round.index} name={nameOf(round)} cells={cellsOf(round).join('\t')} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}
