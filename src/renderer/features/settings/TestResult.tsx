import type { ConnectionTest } from '../../../shared/contract/connection.ts'
import { Dot } from '../../ui/Dot.tsx'
import styles from './SettingsScreen.module.css'

const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`

/** What a test of a connection found. */
export const TestResult = ({ found }: { readonly found: ConnectionTest }) => (
  <p className={styles.found} role="status">
    <Dot tone="ok" /> Let in: {found.pool} with {counted(found.hosts, 'host')} and {counted(found.vms, 'VM')},
    in {found.tookMs < 1000 ? `${Math.round(found.tookMs)} ms` : `${(found.tookMs / 1000).toFixed(1)} s`}.
  </p>
)
