import type { FailureReport } from '../../../shared/failure.ts'
import styles from './SettingsScreen.module.css'

/** Why what was asked did not happen, and what to do. */
export const RequestFailure = ({ failure }: { readonly failure: FailureReport | null }) =>
  failure && (
    <p className={styles.fault} role="alert">
      {failure.message} <span className={styles.muted}>{failure.remedy}</span>
    </p>
  )
