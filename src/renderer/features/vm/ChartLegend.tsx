import { useComputedColorScheme } from '@mantine/core'
import { chartThemeOf } from '../../charts/theme.ts'
import { ESTIMATED_DASH, FORECAST_DASH } from './chart-specs.ts'
import styles from './vm.module.css'

/** What the lines of the charts mean, in words; averages have their peak behind them. */
export const ChartLegend = ({ averaged }: { readonly averaged: boolean }) => {
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const lines = [
    ...(averaged ? [{ word: 'highest in 30 s', stroke: `${theme.dirtied}80` }] : []),
    { word: averaged ? 'measured, mean of 30 s' : 'measured', stroke: theme.dirtied },
    { word: 'estimated', stroke: theme.dirtied, dash: ESTIMATED_DASH },
    { word: 'forecast', stroke: theme.dirtied, dash: FORECAST_DASH },
    { word: 'theta: above it a migration starts', stroke: theme.threshold, dash: [6, 4] },
  ] as const
  return (
    <ul className={styles.legend} aria-label="Legend">
      {lines.map(line => (
        <li key={line.word}>
          <svg width="24" height="8" aria-hidden="true">
            <path
              d="M0 4h24"
              stroke={line.stroke}
              strokeWidth="2"
              {...('dash' in line ? { strokeDasharray: line.dash.join(' ') } : {})}
            />
          </svg>
          {line.word}
        </li>
      ))}
    </ul>
  )
}
