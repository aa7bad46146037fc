import { formatBytes, formatDuration, formatRatio, MIB, threeFigures } from '../../../shared/units.ts'
import type { TimelineRound } from '../../charts/phase-timeline/data.ts'
import { dirtyRateOf, dirtyRatioOf } from '../../charts/phase-timeline/data.ts'
import styles from './migration.module.css'

interface Props {
  readonly rounds: readonly TimelineRound[]
}

/** The rounds in figures: what the timeline shows, for reading and for those who do not see it. */
export const RoundsTable = ({ rounds }: Props) => (
  <section className={styles.panel}>
    <h2>Rounds</h2>
    <div className={styles.scroll}>
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
          {rounds.map(round => (
            <tr key={round.index}>
              <th scope="row">
                {round.index}
                {round.partial ? ' (under way)' : ''}
                {round.live ? '' : ' (VM paused)'}
              </th>
              <td>{formatDuration(round.ms)}</td>
              <td>{formatBytes(round.sentBytes)}</td>
              <td>{round.live ? formatBytes(round.dirtiedBytes) : '-'}</td>
              <td>{threeFigures(round.bandwidthBytesPerSecond / MIB)}</td>
              <td>{round.live ? threeFigures(dirtyRateOf(round) / MIB) : '-'}</td>
              <td>{round.live ? formatRatio(dirtyRatioOf(round)) : '-'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
)
