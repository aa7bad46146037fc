import type { Migration } from '../../../shared/model/migration.ts'
import { formatBytes, PAGE_BYTES } from '../../../shared/units.ts'
import { hashOf } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { ElapsedTime } from './ElapsedTime.tsx'
import styles from './migration.module.css'
import { policyWords, recoveringWords, waitingWords } from './migration-words.ts'
import { phaseSteps } from './phase-steps.ts'
import { isAwaitingHost } from './total-time.ts'

const stateWords = {
  done: 'done',
  current: 'under way',
  ahead: 'not yet',
  broken: 'broke off here',
  cancelled: 'cancelled here',
} as const
const stateMarks = { done: '✓', current: '●', ahead: '○', broken: '✕', cancelled: '✕' } as const

const PhaseStepper = ({ migration }: { readonly migration: Migration }) => (
  <ol className={styles.stepper} aria-label="Phases">
    {phaseSteps(migration).map(step => (
      <li
        key={step.name}
        data-state={step.state}
        aria-current={step.state === 'current' ? 'step' : undefined}
        title={stateWords[step.state]}
      >
        <span aria-hidden="true" className={styles.stepMark}>
          {stateMarks[step.state]}
        </span>
        {step.name}
      </li>
    ))}
  </ol>
)

interface Props {
  readonly migration: Migration
  readonly hostName: (hostId: string) => string
  readonly elapsedMs: () => number
}

/** What moves from where to where, by which policy, how far it has come and how long it has taken. */
export const MigrationHeader = ({ migration, hostName, elapsedMs }: Props) => (
  <header className={styles.header}>
    <div className={styles.headerLine}>
      <h1 className={styles.title} title={migration.vmName}>
        <a href={hashOf({ screen: 'vm', vmId: migration.vmId })}>{migration.vmName}</a>
      </h1>
      <span className={styles.route}>
        {hostName(migration.sourceHostId)}{' '}
        <span role="img" aria-label="to">
          →
        </span>{' '}
        {hostName(migration.destinationHostId)}
      </span>
      {migration.network && <span>by {migration.network.name}</span>}
      <span>{policyWords[migration.policy]}</span>
      <span className={styles.dim}>{formatBytes(migration.memoryPages * PAGE_BYTES)} of memory</span>
      <span className={styles.dim}>
        {isAwaitingHost(migration) ? 'ordered' : 'started'} by{' '}
        {migration.startedBy === 'trigger' ? 'a trigger' : 'the operator'}{' '}
        <Clock atMs={migration.startedAtMs} />
      </span>
    </div>
    <div className={styles.headerLine}>
      <PhaseStepper migration={migration} />
      <ElapsedTime elapsedMs={elapsedMs} isLive={migration.endedAtMs === null && !migration.recovering} />
    </div>
    <p role="status" className={styles.recovering}>
      {recoveringWords(migration) ?? waitingWords(migration, hostName)}
    </p>
  </header>
)
