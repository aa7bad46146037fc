import type { PageHeat } from '../../../shared/model/heat.ts'
import { formatBytes, PAGE_BYTES, threeFigures } from '../../../shared/units.ts'
import type { ChartTheme } from '../../charts/theme.ts'
import styles from './heat.module.css'
import { heatShares, shareText } from './heat-figures.ts'

/** Smaller figures are noise, and would need an exponent. */
const LEAST_SHOWN = 0.001

const frequencyText = (value: number): string =>
  value > 0 && value < LEAST_SHOWN ? `<${LEAST_SHOWN}` : threeFigures(value)

const centreOf = (heat: PageHeat, label: string): readonly string[] => {
  const centroid = heat.centroids.find(candidate => candidate.label === label)
  if (!centroid || centroid.size === 0) return ['-', '-', '-']
  return [frequencyText(centroid.frequency), centroid.locality.toFixed(2), centroid.recency.toFixed(2)]
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
          {centreOf(heat, label).map((figure, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: three figures, always in this order
            <td key={at}>{figure}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)
