import { useComputedColorScheme } from '@mantine/core'
import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes, formatRatio, PAGE_BYTES } from '../../../shared/units.ts'
import { chartThemeOf } from '../../charts/theme.ts'
import styles from './migration.module.css'

/** Memory by heat class as last clustered while the migration ran. */
export const HeatSummary = ({ heat }: { readonly heat: NonNullable<Migration['heat']> }) => {
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const parts = [
    { name: 'hot', pages: heat.hotPages, colour: theme.hot },
    { name: 'warm', pages: heat.warmPages, colour: theme.warm },
    { name: 'cold', pages: heat.coldPages, colour: theme.cold },
  ] as const
  const total = Math.max(1, heat.hotPages + heat.warmPages + heat.coldPages)
  return (
    <section className={styles.panel}>
      <h2>Page heat</h2>
      <div className={styles.heatBar} aria-hidden="true">
        {parts.map(part => (
          <div key={part.name} style={{ flexGrow: part.pages / total, background: part.colour }} />
        ))}
      </div>
      <table className={styles.table}>
        <tbody>
          {parts.map(part => (
            <tr key={part.name}>
              <th scope="row">
                <span className={styles.chip} style={{ background: part.colour }} aria-hidden="true" />
                {part.name}
              </th>
              <td>{formatBytes(part.pages * PAGE_BYTES)}</td>
              <td>{formatRatio(part.pages / total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
