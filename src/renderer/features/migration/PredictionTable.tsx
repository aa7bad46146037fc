import type { Migration } from '../../../shared/model/migration.ts'
import styles from './migration.module.css'
import { predictedAgainstActual } from './predicted-actual.ts'

const FIGURES = ['Total time', 'Pause', 'Bytes sent'] as const

/** How good each prediction was, once the migration has completed. */
export const PredictionTable = ({ migration }: { readonly migration: Migration }) => {
  if (migration.phase !== 'completed' || migration.predictions.length === 0) return null
  const { predicted, leftOut, actual, covered } = predictedAgainstActual(migration)
  return (
    <section className={styles.panel}>
      <h2>Predicted against actual</h2>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Predicted</th>
            {FIGURES.map(name => (
              <th key={name} scope="col" colSpan={2}>
                {name}, off by
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {predicted.map(row => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              {row.figures.map(({ text, range, error }, index) => [
                <td key={`${FIGURES[index]}`}>
                  {text}
                  {range && <small className={styles.dim}> {range}</small>}
                </td>,
                <td key={`${FIGURES[index]} off`} className={styles.off}>
                  {error}
                </td>,
              ])}
            </tr>
          ))}
          <tr className={styles.actual}>
            <th scope="row">actual</th>
            {actual.map((text, index) => [
              <td key={`${FIGURES[index]}`}>{text}</td>,
              <td key={`${FIGURES[index]} off`} />,
            ])}
          </tr>
        </tbody>
      </table>
      {covered && (
        <p className={styles.dim}>
          {covered.held} of {covered.of} figures came within their predicted range (p10 to p90).
        </p>
      )}
      {leftOut > 0 && <p className={styles.dim}>{leftOut} predictions in between are left out.</p>}
    </section>
  )
}
