import type { ScheduledMigration } from '../../../shared/model/schedule.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import {
  hashOf,
  migrate,
  openDialog,
  schedule,
  simulate,
  unschedule,
  useAction,
  useDecisions,
  useFleet,
  useMigrations,
  useSchedule,
} from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import { AdviceCard } from './AdviceCard.tsx'
import { ForecastTable } from './ForecastTable.tsx'
import { useAdvice } from './use-advice.ts'
import styles from './vm.module.css'

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

const ScheduledLine = ({ entry }: { readonly entry: ScheduledMigration }) => {
  const back = useAction(unschedule, { kind: 'schedule', scheduleId: entry.id })
  return (
    <p>
      Scheduled for <Clock atMs={entry.atMs} withDate />.{' '}
      {entry.heldBackBecause && `Held back: ${entry.heldBackBecause} `}
      <ReasonedButton size="compact-xs" disabledBecause={back.reason} onClick={back.run}>
        {back.label}
      </ReasonedButton>
    </p>
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
  const advised = useAdvice(vm.id)
  const scheduled = useSchedule(state => state.schedule.find(entry => entry.vmId === vm.id))
  const later = useAction(schedule, { kind: 'vms', vmIds: [vm.id] })
  const compare = useAction(simulate, { kind: 'vms', vmIds: [vm.id] })
  const advice = advised.state === 'told' ? advised.advice : null
  return (
    <aside className={styles.advice} aria-label="Advice">
      <h2>Advice</h2>
      <AdviceCard state={advised} />
      <div className={styles.adviceActions}>
        <ReasonedButton variant="filled" disabledBecause={move.reason} onClick={move.run}>
          {move.label}
        </ReasonedButton>
        <ReasonedButton
          disabledBecause={later.reason}
          onClick={() =>
            openDialog({ kind: 'schedule', vmIds: [vm.id], suggestedAtMs: advice?.startAtMs ?? null })
          }
        >
          {later.label}
        </ReasonedButton>
        <ReasonedButton disabledBecause={compare.reason} onClick={compare.run}>
          {compare.label}
        </ReasonedButton>
        {last && (
          <a href={hashOf({ screen: 'migration', migrationId: last.id })}>
            {running ? 'Watch the migration under way' : `Last migration: ${last.phase}`}
          </a>
        )}
      </div>
      {move.reason && !running && advice?.action !== 'blocked' && <p className={styles.dim}>{move.reason}</p>}
      {!move.reason && advice?.action === 'blocked' && (
        <p className={styles.dim}>By hand it can be migrated all the same: the server decides.</p>
      )}
      {scheduled && <ScheduledLine entry={scheduled} />}
      <ForecastTable now={now} forecast={forecast} thetaPagesPerSecond={theta} />
      <h2>Last decision</h2>
      <LastDecision vmId={vm.id} />
    </aside>
  )
}
