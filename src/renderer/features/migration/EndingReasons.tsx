import { useMemo } from 'react'
import type { Decision } from '../../../shared/model/decision.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import styles from './migration.module.css'
import { endingHeading, lastRoundFigure, lineFigure } from './migration-words.ts'
import { roundVerdicts } from './round-verdicts.ts'
import { VerdictTable } from './VerdictTable.tsx'

interface Props {
  readonly migration: Migration
  /** By id; those of its rounds are looked up. */
  readonly decisions: ReadonlyMap<string, Decision>
  /** Dirty rate over bandwidth at which pre-copy is left; null where the policy has no such line. */
  readonly switchRatio: number | null
}

/** Why pre-copy ended when it did, or what is waited for while it goes on; with the figures of each round. */
export const EndingReasons = ({ migration, decisions, switchRatio }: Props) => {
  const verdicts = useMemo(() => roundVerdicts(migration, decisions), [migration, decisions])
  const { ending } = migration
  const figure = lastRoundFigure(migration)
  if (!ending && migration.endedAtMs !== null && !verdicts) return null
  return (
    <section className={styles.reasons} data-ended={ending !== null}>
      <h2>{endingHeading(migration)}</h2>
      <div aria-live="polite">
        {ending?.reasons.map((reason, index) => (
          <p key={reason} className={index === 0 ? styles.reason : styles.dim}>
            {reason}
          </p>
        ))}
      </div>
      <p className={styles.dim}>
        {figure}
        {figure && ' '}
        {lineFigure(migration, switchRatio)}
      </p>
      {verdicts && <VerdictTable verdicts={verdicts} />}
    </section>
  )
}
