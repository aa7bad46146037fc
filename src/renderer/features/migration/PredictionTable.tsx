import type { Migration } from '../../../shared/model/migration.ts'
import styles from './migration.module.css'
import { predictedAgainstActual } from './predicted-actual.ts'

/** How good the predictions were, once the migration has completed. */
export const PredictionTable = ({ migration }: { readonly migration: Migration }) => {
  const last = migration.predictions.at(-1)
  if (migration.phase !== 'completed' || !last) return null
  const [first] = migration.predictions
  const name = (round: number | undefined) => (round === 0 ? 'at the start' : `after round ${round}`)
  return (
    <section className={styles.panel}>
      <h2>Predicted against actual</h2>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col">Predicted {name(first?.afterRound)}</th>
            {first !== last && <th scope="col">Predicted {name(last.afterRound)}</th>}
            <th scope="col">Actual</th>
            <th scope="col">Last one off by</th>
          </tr>
        </thead>
        <tbody>
          {predictedAgainstActual(migration).map(row => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td>{row.first}</td>
              {first !== last && <td>{row.last}</td>}
              <td>
                <strong>{row.actual}</strong>
              </td>
              <td>{row.error}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
