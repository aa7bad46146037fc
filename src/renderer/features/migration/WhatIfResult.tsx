import { Button, Menu } from '@mantine/core'
import { useState } from 'react'
import type { PolicyName } from '../../../shared/model/migration.ts'
import type { WhatIf } from '../../../shared/model/what-if.ts'
import type { Sort } from '../../state/index.ts'
import { saveFile } from '../../ui/save-file.ts'
import styles from './WhatIf.module.css'
import { WhatIfChart } from './WhatIfChart.tsx'
import { WhatIfTable } from './WhatIfTable.tsx'
import { whatIfColumns } from './what-if-columns.ts'
import { whatIfCsv, whatIfJson } from './what-if-export.ts'
import { agreementWords } from './what-if-words.ts'

interface Props {
  readonly whatIf: WhatIf
  readonly advised: PolicyName | null
  readonly fileName: (extension: string) => string
}

const Export = ({ whatIf, fileName }: Pick<Props, 'whatIf' | 'fileName'>) => {
  const save = (extension: string, type: string, content: string) =>
    saveFile(fileName(extension), new Blob([content], { type }))
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default">
          Export comparison
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save('csv', 'text/csv', whatIfCsv(whatIf))}>Comparison as CSV</Menu.Item>
        <Menu.Item onClick={() => save('json', 'application/json', whatIfJson(whatIf))}>
          Comparison as JSON
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** A comparison: how near it is, the table with its chart, and what it rests on. */
export const WhatIfResult = ({ whatIf, advised, fileName }: Props) => {
  const [sort, setSort] = useState<Sort>({ column: 'totalMs', descending: false })
  const column = whatIfColumns.find(({ id }) => id === sort.column)
  const agreement = agreementWords(whatIf)
  return (
    <div className={styles.result}>
      {agreement && <p>{agreement}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className={styles.scroll} aria-label="Policies compared" tabIndex={0}>
        <WhatIfTable whatIf={whatIf} advised={advised} sort={sort} onSort={setSort} />
      </section>
      {column && <WhatIfChart whatIf={whatIf} column={column} sort={sort} />}
      <div className={styles.foot}>
        <details>
          <summary>What this rests on</summary>
          <ul>
            {whatIf.grounds.map(({ origin, sentence }) => (
              <li key={sentence}>
                <span className={styles.dim}>{origin === 'measured' ? 'Measured: ' : 'Assumed: '}</span>
                {sentence}
              </li>
            ))}
          </ul>
        </details>
        <Export whatIf={whatIf} fileName={fileName} />
      </div>
    </div>
  )
}
