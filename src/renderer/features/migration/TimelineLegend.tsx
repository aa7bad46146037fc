import { useComputedColorScheme } from '@mantine/core'
import type { PhaseTimelineData } from '../../charts/phase-timeline/data.ts'
import { type ChartTheme, chartThemeOf } from '../../charts/theme.ts'
import styles from './migration.module.css'

const SWATCH = { width: 22, height: 12 } as const

const swatches = (theme: ChartTheme) =>
  ({
    'sent in a round': <rect {...SWATCH} fill={theme.sent} />,
    'dirtied again meanwhile': (
      <>
        <rect x="0.5" y="0.5" width="21" height="11" fill="none" stroke={theme.dirtied} />
        <path d="M2 12 14 0M8 12 20 0" stroke={theme.dirtied} strokeWidth="1.5" />
      </>
    ),
    bandwidth: <path d="M0 6h22" stroke={theme.sent} strokeWidth="2" />,
    'dirty rate': <path d="M0 6h22" stroke={theme.dirtied} strokeWidth="2.5" strokeDasharray="2 2" />,
    'switch line (theta)': (
      <path d="M0 6h22" stroke={theme.threshold} strokeWidth="1.5" strokeDasharray="6 4" />
    ),
    'VM paused': <rect {...SWATCH} fill={theme.pause} />,
    'pushed afterwards': (
      <path d="M0 12 22 1V12z" fill={theme.pushed} fillOpacity="0.35" stroke={theme.pushed} />
    ),
    'demand faults': <path d="M3 12V6M9 12V2M15 12V8M20 12V5" stroke={theme.fault} strokeWidth="2" />,
    'predicted end': (
      <>
        <path d="M0 6h15" stroke={theme.predicted} strokeWidth="1.5" strokeDasharray="4 3" />
        <path d="M17 2l4 4-4 4-4-4z" fill={theme.predicted} />
      </>
    ),
  }) as const

type Word = keyof ReturnType<typeof swatches>

/** Words whose marks this timeline can never show. */
const absentWords = ({ switchRatio, postCopy, outcome }: PhaseTimelineData): readonly Word[] => [
  ...(switchRatio === null ? (['switch line (theta)'] as const) : []),
  ...(postCopy === null && (switchRatio === null || outcome !== 'running')
    ? (['pushed afterwards', 'demand faults'] as const)
    : []),
]

/** What each mark of the timeline means, in words. */
export const TimelineLegend = ({ data }: { readonly data: PhaseTimelineData }) => {
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const absent: readonly string[] = absentWords(data)
  return (
    <ul className={styles.legend} aria-label="Legend">
      {Object.entries(swatches(theme))
        .filter(([word]) => !absent.includes(word))
        .map(([word, mark]) => (
          <li key={word}>
            <svg {...SWATCH} aria-hidden="true">
              {mark}
            </svg>
            {word}
          </li>
        ))}
    </ul>
  )
}
