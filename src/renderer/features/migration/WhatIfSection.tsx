import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes } from '../../../shared/units.ts'
import { exportName } from './export-name.ts'
import { useWhatIf } from './use-what-if.ts'
import styles from './WhatIf.module.css'
import { WhatIfProgress } from './WhatIfProgress.tsx'
import { WhatIfResult } from './WhatIfResult.tsx'

const ABOUT =
  'Simulates this migration page by page under every policy, on what was measured of its guest and its link.'

const diskWords = ({ totalBytes }: NonNullable<Migration['diskCopy']>): string =>
  `Memory only: its disk of ${formatBytes(totalBytes)}, which goes first under every policy alike, is left out of all times and bytes, the measured ones too.`

/** What the other policies would have made of a migration that has ended. */
export const WhatIfSection = ({ migration }: { readonly migration: Migration }) => {
  const { state, begin } = useWhatIf({ kind: 'migration', id: migration.id })
  return (
    <section className={styles.section}>
      <h2>What the others would have done</h2>
      {migration.diskCopy && <p>{diskWords(migration.diskCopy)}</p>}
      {state.kind === 'done' ? (
        <WhatIfResult
          whatIf={state.whatIf}
          advised={null}
          fileName={extension => exportName(migration, `policies.${extension}`)}
        />
      ) : (
        <WhatIfProgress state={state} about={ABOUT} onBegin={begin} />
      )}
    </section>
  )
}
