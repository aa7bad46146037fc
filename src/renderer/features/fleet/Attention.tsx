import { Button, CloseButton } from '@mantine/core'
import type { Risk } from '../../../shared/contract/fleet.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import {
  type Action,
  acknowledgeRisk,
  hashOf,
  migrate,
  recallRisks,
  uiStore,
  useAction,
  useConnectionOfPool,
  useConnections,
  useFleet,
  useMigrations,
  useNotices,
} from '../../state/index.ts'
import { Clock } from '../../ui/Clock.tsx'
import { clockText } from '../../ui/clock-text.ts'
import { Dot } from '../../ui/Dot.tsx'
import { ReasonedButton } from '../../ui/ReasonedButton.tsx'
import styles from './FleetScreen.module.css'
import { riskWord } from './figure-text.ts'
import { urgency } from './fleet-rows.ts'
import { type Recommendation, recommendationFor } from './recommendation.ts'

/** Most VMs listed; the rest is counted. */
const LISTED = 20

const ActionButton = ({ action, vmId }: { readonly action: Action<'vms'>; readonly vmId: string }) => {
  const { label, reason, run } = useAction(action, { kind: 'vms', vmIds: [vmId] })
  return (
    <ReasonedButton disabledBecause={reason} onClick={run}>
      {label}
    </ReasonedButton>
  )
}

const ActionOf = ({ vm, recommendation }: { readonly vm: Vm; readonly recommendation: Recommendation }) => {
  if (recommendation.kind === 'migrate') return <ActionButton action={migrate} vmId={vm.id} />
  if (recommendation.kind === 'watch-migration')
    return <a href={hashOf({ screen: 'migration', migrationId: recommendation.migrationId })}>Watch</a>
  return null
}

const Item = ({ risk }: { readonly risk: Risk }) => {
  const vm = useFleet(s => s.vmsById.get(risk.vmId))
  const running = useMigrations(s => s.runningByVm.get(risk.vmId))
  const connection = useConnectionOfPool(vm?.poolId)
  const isStopped = useConnections(s => s.stopped)
  if (!vm) return null
  const level = connection?.level ?? null
  const recommendation = recommendationFor({ vm, risk, running, level, isStopped, clock: clockText })
  return (
    <li className={styles.item}>
      <div className={styles.itemHead}>
        <Dot tone={risk.level === 'high' ? 'high' : 'watch'} />
        <a href={hashOf({ screen: 'vm', vmId: vm.id })}>{vm.name}</a>
        <span className={styles.level} data-level={risk.level}>
          {riskWord[risk.level]}
        </span>
        <span className={styles.when}>
          {risk.expectedAtMs !== null ? (
            <Clock atMs={risk.expectedAtMs} />
          ) : risk.level === 'high' ? (
            'now'
          ) : (
            ''
          )}
        </span>
      </div>
      <p className={styles.reason}>{risk.reason}</p>
      <div className={styles.act}>
        <span>{recommendation.text}</span>
        <ActionOf vm={vm} recommendation={recommendation} />
        <ActionButton action={acknowledgeRisk} vmId={vm.id} />
      </div>
    </li>
  )
}

/** The VMs at risk by urgency, each with the one recommended action. */
export const Attention = () => {
  const risks = useFleet(s => s.risks)
  const known = useNotices(s => s.knownRisks)
  const unknown = risks.idsWhere('level', 'unknown').length
  const urgent = risks
    .idsWhere('level', 'high', 'watch')
    .filter(vmId => !known.has(vmId))
    .flatMap(vmId => risks.get(vmId) ?? [])
    .sort((a, b) => urgency(b) - urgency(a))
  return (
    <aside className={styles.panel} aria-label="Needs attention">
      <div className={styles.panelHead}>
        <h2>Needs attention</h2>
        <CloseButton
          size="sm"
          aria-label="Hide what needs attention"
          onClick={() => uiStore.setState({ attentionOpen: false })}
        />
      </div>
      <ul>
        {urgent.slice(0, LISTED).map(risk => (
          <Item key={risk.vmId} risk={risk} />
        ))}
      </ul>
      {urgent.length > LISTED && (
        <p className={styles.none}>and {urgent.length - LISTED} more in the table.</p>
      )}
      {urgent.length === 0 && (
        <p className={styles.none}>Nothing does. No VM is expected to be in trouble.</p>
      )}
      {known.size > 0 && (
        <p className={styles.none}>
          {known.size} acknowledged.{' '}
          <Button size="compact-xs" onClick={recallRisks}>
            Show again
          </Button>
        </p>
      )}
      {unknown > 0 && (
        <p className={styles.none}>
          Not known of {unknown === 1 ? '1 VM' : `${unknown} VMs`}: nothing tells a dirty rate.
        </p>
      )}
    </aside>
  )
}
