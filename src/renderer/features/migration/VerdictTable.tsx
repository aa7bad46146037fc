import { CourseTable, isWeighed } from './CourseTable.tsx'
import styles from './migration.module.css'
import type { RoundVerdict, RoundVerdicts, VerdictFigure } from './round-verdicts.ts'

const alternativeWords: Readonly<Record<string, string>> = {
  continue: 'Another round',
  switch: 'Switch to post-copy',
  'stop-and-copy': 'Stop and copy',
}

const Figure = ({ figure }: { readonly figure: VerdictFigure | undefined }) =>
  figure?.fired ? (
    <td className={styles.fired}>
      <span role="img" aria-label="reached its limit:">
        ▲
      </span>{' '}
      {figure.text}
    </td>
  ) : (
    <td>{figure?.text ?? '-'}</td>
  )

const Row = ({ row }: { readonly row: RoundVerdict }) => (
  <tr data-last={row.isLast}>
    <th scope="row">{row.round}</th>
    {row.figures.map((figure, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the columns never change places
      <Figure key={index} figure={figure} />
    ))}
    <td className={styles.verdict}>{row.outcome}</td>
  </tr>
)

/** After each round: the figures that were held against their limits, which reached theirs, and what followed. */
export const VerdictTable = ({ verdicts }: { readonly verdicts: RoundVerdicts }) => {
  const weighed = verdicts.alternatives.filter(isWeighed)
  const inWords = verdicts.alternatives.filter(alternative => !isWeighed(alternative))
  return (
    <div className={styles.verdicts}>
      <table className={styles.table} aria-label="What was decided after each round">
        <thead>
          <tr>
            <th scope="col">After round</th>
            {verdicts.columns.map(({ name, limit }) => (
              <th key={name} scope="col">
                {name}
                <br />
                {limit === null ? 'for information' : `limit ${limit}`}
              </th>
            ))}
            <th scope="col" className={styles.verdict}>
              decided
            </th>
          </tr>
        </thead>
        <tbody>
          {verdicts.rows.map(row => (
            <Row key={row.round} row={row} />
          ))}
        </tbody>
      </table>
      {verdicts.earlier > 0 && (
        <p className={styles.dim}>After the {verdicts.earlier} rounds before these it went on as well.</p>
      )}
      {weighed.length > 0 && <CourseTable courses={weighed} />}
      {inWords.length > 0 && (
        <ul className={styles.alternatives} aria-label="What was weighed after the last of them">
          {inWords.map(({ name, chosen, because }) => (
            <li key={name} data-chosen={chosen}>
              <strong>
                {chosen ? '✓' : '✕'} {alternativeWords[name] ?? name}
              </strong>
              {chosen ? ' (chosen)' : ' (not chosen)'}: {because}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
