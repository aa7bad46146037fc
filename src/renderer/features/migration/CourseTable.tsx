import type { Alternative, ExpectedCourse } from '../../../shared/model/decision.ts'
import { formatBytes, formatDuration } from '../../../shared/units.ts'
import styles from './migration.module.css'

export interface WeighedAlternative extends Alternative {
  readonly expected: ExpectedCourse
}

export const isWeighed = (alternative: Alternative): alternative is WeighedAlternative =>
  alternative.expected !== undefined

const columns: readonly (readonly [name: string, value: (expected: ExpectedCourse) => string])[] = [
  ['Total time', ({ totalMs }) => formatDuration(totalMs)],
  ['Unavailable', ({ unavailabilityMs }) => formatDuration(unavailabilityMs)],
  ["Guest's time lost", ({ lostMs }) => formatDuration(lostMs)],
  ['Sent', ({ bytesSent }) => formatBytes(bytesSent)],
  ['Cost', ({ cost }) => cost.toFixed(2)],
]

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** What each course was expected to come to in all when one of them was chosen. */
export const CourseTable = ({ courses }: { readonly courses: readonly WeighedAlternative[] }) => (
  <table className={styles.table} aria-label="What was weighed when it was last decided">
    <thead>
      <tr>
        <th scope="col">Weighed, as expected in all</th>
        {columns.map(([name]) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {courses.map(({ chosen, expected }) => (
        <tr key={expected.course} data-last={chosen}>
          <th scope="row">
            {chosen ? '✓' : '✕'} {capitalised(expected.course)}
            {chosen ? ' (chosen)' : ''}
          </th>
          {columns.map(([name, value]) => (
            <td key={name}>{value(expected)}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)
