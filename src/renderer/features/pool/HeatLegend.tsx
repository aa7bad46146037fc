import type { ChartTheme } from '../../charts/theme.ts'
import type { HeatScale } from './heat-scale.ts'
import styles from './pool.module.css'

/** What the colours stand for. */
export const HeatLegend = ({ scale, theme }: { readonly scale: HeatScale; readonly theme: ChartTheme }) => (
  <div className={styles.legend}>
    <span>{scale.word}</span>
    <div className={styles.legendScale}>
      <div
        className={styles.legendBar}
        aria-hidden="true"
        style={{ background: `linear-gradient(to right, ${theme.cold}, ${theme.warm}, ${theme.hot})` }}
      />
      <div className={styles.legendStops}>
        {scale.stops.map(stop => (
          <span key={stop} style={{ left: `${scale.shareOf(stop) * 100}%` }}>
            {scale.textOf(stop)}
          </span>
        ))}
      </div>
    </div>
    <span className={styles.dim}>{scale.lastMeans}</span>
  </div>
)
