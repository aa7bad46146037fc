import type { Risk } from '../../../shared/contract/fleet.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { hashOf, migrate, useAction, useDecisions, useFleet, useMigrations } from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { Dot, type DotTone } from '../../ui/Dot.tsx'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import { ForecastTable } from './ForecastTable.tsx'
import styles from './vm.module.css'
import { riskWords } from './vm-words.ts'

const tones = {
  unknown: 'idle',
  none: 'ok',
  watch: 'watch',
  high: 'high',
} as const satisfies Record<Risk['level'], DotTone>

const RiskLine = ({ vmId }: { readonly vmId: string }) => {
  const risk = useFleet(state => state.risks.get(vmId))
  if (!risk) return <p className={styles.dim}>No risk can be stated without figures.</p>
  return (
    <div data-level={risk.level} className={styles.risk}>
      <strong>
        <Dot tone={tones[risk.level]} /> {riskWords[risk.level]}
        {risk.expectedAtMs !== null && (
          <>
            {' '}
            from <Clock atMs={risk.expectedAtMs} />
          </>
        )}
      </strong>
      <p>{risk.reason}</p>
    </div>
  )
}

const LastDecision = ({ vmId }: { readonly vmId: string }) => {
  const decision = useDecisions(state => state.list.find(one => one.vmId === vmId))
  if (!decision) return <p className={styles.dim}>Nothing has been decided about this VM.</p>
  return (
    <>
      <p>
        <Clock atMs={decision.atMs} />{' '}
        <a href={hashOf({ screen: 'decisions', decisionId: decision.id })}>{decision.outcome}</a>
      </p>
      <ul className={styles.because}>
        {decision.reasons.map(reason => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </>
  )
}

/** What is expected of this VM, what was decided about it and why, and what can be done. */
export const AdvicePanel = ({ vm }: { readonly vm: Vm }) => {
  const forecast = useFleet(state => state.forecasts.get(vm.id))
  const now = useFleet(state => state.vmSamples.get(vm.id)?.dirtyPagesPerSecond)
  const theta = useFleet(state => state.triggerPagesPerSecond[vm.poolId])
  const running = useMigrations(state => state.runningByVm.get(vm.id))
  const last = useMigrations(state => state.list.find(migration => migration.vmId === vm.id))
  const move = useAction(migrate, { kind: 'vms', vmIds: [vm.id] })
  return (
    <aside className={styles.advice} aria-label="Advice">
      <h2>Advice</h2>
      <RiskLine vmId={vm.id} />
      <ForecastTable now={now} forecast={forecast} thetaPagesPerSecond={theta} />
      <h2>Last decision</h2>
      <LastDecision vmId={vm.id} />
      <div className={styles.adviceActions}>
        <ReasonedButton variant="filled" disabledBecause={move.reason} onClick={move.run}>
          {move.label}
        </ReasonedButton>
        {last && (
          <a href={hashOf({ screen: 'migration', migrationId: last.id })}>
            {running ? 'Watch the migration under way' : `Last migration: ${last.phase}`}
          </a>
        )}
      </div>
      {move.reason && !running && <p className={styles.dim}>{move.reason}</p>}
    </aside>
  )
}
