import type { PolicyName } from '../../../shared/model/migration.ts'
import type { MeasuredRun, WhatIf } from '../../../shared/model/what-if.ts'
import type { Sort } from '../../state/index.ts'
import { policyWords } from './migration-words.ts'
import styles from './WhatIf.module.css'
import {
  measuredSlaWords,
  missingRows,
  rangeWords,
  type SimulatedRow,
  slaWords,
  sortedRows,
  type WhatIfColumn,
  whatIfColumns,
} from './what-if-columns.ts'

interface Props {
  readonly whatIf: WhatIf
  /** The policy that Longshore would take. */
  readonly advised: PolicyName | null
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
}

const Head = ({
  column,
  sort,
  onSort,
}: Omit<Props, 'whatIf' | 'advised'> & { readonly column: WhatIfColumn }) => {
  const isSorted = sort.column === column.id
  const next = { column: column.id, descending: isSorted && !sort.descending }
  return (
    <th scope="col" aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" title={column.title} onClick={() => onSort(next)}>
        {column.word} {isSorted && (sort.descending ? '↓' : '↑')}
      </button>
    </th>
  )
}

const Measured = ({ run }: { readonly run: MeasuredRun }) => (
  <tr className={styles.measured}>
    <th scope="row">
      {policyWords[run.policy]}
      <small>{run.phase === 'completed' ? 'measured' : `measured, ${run.phase}`}</small>
    </th>
    {whatIfColumns.map(({ id, format }) => {
      const value = run.figures[id]
      return <td key={id}>{value === null ? <span className={styles.dim}>not told</span> : format(value)}</td>
    })}
    <td>{measuredSlaWords(run)}</td>
  </tr>
)

const Simulated = ({ row, isAdvised }: { readonly row: SimulatedRow; readonly isAdvised: boolean }) => (
  <tr>
    <th scope="row">
      {policyWords[row.policy]}
      <small>{isAdvised ? 'simulated, advised' : 'simulated'}</small>
    </th>
    {whatIfColumns.map(({ id, format }) => {
      const range = rangeWords(row.figures[id], format)
      return (
        <td key={id}>
          {format(row.figures[id].median)}
          {range && <small>{range}</small>}
        </td>
      )
    })}
    <td>{slaWords(row)}</td>
  </tr>
)

/** What each policy comes to: the measured one first, the simulated ones sorted, those that could not run last. */
export const WhatIfTable = ({ whatIf, advised, sort, onSort }: Props) => (
  <table className={styles.table}>
    <thead>
      <tr>
        <th scope="col">Policy</th>
        {whatIfColumns.map(column => (
          <Head key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
        <th scope="col" title="Whether the unavailability stays within what is allowed">
          SLA
        </th>
      </tr>
    </thead>
    <tbody>
      {whatIf.measured && <Measured run={whatIf.measured} />}
      {sortedRows(whatIf, sort).map(row => (
        <Simulated key={row.policy} row={row} isAdvised={row.policy === advised} />
      ))}
      {missingRows(whatIf).map(({ policy, because }) => (
        <tr key={policy}>
          <th scope="row">{policyWords[policy]}</th>
          <td className={styles.missing} colSpan={whatIfColumns.length + 1}>
            {because}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)
