import type { PageHeat } from '../../../shared/model/heat.ts'
import { formatBytes, PAGE_BYTES, threeFigures } from '../../../shared/units.ts'
import type { ChartTheme } from '../../charts/theme.ts'
import styles from './heat.module.css'
import { heatShares, shareText } from './heat-figures.ts'

/** Smaller figures are noise, and would need an exponent. */
const LEAST_SHOWN = 0.001

const centre = (heat: PageHeat, label: string, figure: 'frequency' | 'locality' | 'recency'): string => {
  const centroid = heat.centroids.find(candidate => candidate.label === label)
  if (!centroid || centroid.size === 0) return '-'
  const value = centroid[figure]
  return value > 0 && value < LEAST_SHOWN ? `<${LEAST_SHOWN}` : threeFigures(value)
}

/** The classes with what they hold of all memory, and their centres. */
export const HeatLegend = ({ heat, theme }: { readonly heat: PageHeat; readonly theme: ChartTheme }) => (
  <table className={styles.legend}>
    <thead>
      <tr>
        <th scope="col">Class</th>
        <th scope="col">Memory</th>
        <th scope="col">Share</th>
        <th scope="col">Writes/page/s</th>
        <th scope="col">Locality</th>
        <th scope="col">Recency</th>
      </tr>
    </thead>
    <tbody>
      {heatShares(heat).map(({ label, pages, share }) => (
        <tr key={label}>
          <th scope="row">
            <span className={styles.chip} style={{ background: theme[label] }} aria-hidden="true" />
            {label}
          </th>
          <td>{formatBytes(pages * PAGE_BYTES)}</td>
          <td>{shareText(share)}</td>
          <td>{centre(heat, label, 'frequency')}</td>
          <td>{centre(heat, label, 'locality')}</td>
          <td>{centre(heat, label, 'recency')}</td>
        </tr>
      ))}
    </tbody>
  </table>
)
