import { useNowMs } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import type { StoredSeries } from './use-series.ts'
import styles from './vm.module.css'

/** How long nothing is said of what is awaited, ms. */
const PATIENCE_MS = 1000

/** What is missing of the past, and since when it is awaited. */
export const HistoryStatus = ({ stored }: { readonly stored: StoredSeries }) => {
  const nowMs = useNowMs()
  return (
    <span className={styles.dim} role="status">
      {stored.state === 'failed' && `Only the last minutes are shown. ${stored.because}`}
      {stored.state === 'reading' && nowMs - stored.sinceMs > PATIENCE_MS && (
        <>
          Waiting for the stored history since <Clock atMs={stored.sinceMs} />.
        </>
      )}
    </span>
  )
}
