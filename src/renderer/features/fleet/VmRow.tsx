import { memo, type ReactNode } from 'react'
import type { Risk } from '../../../shared/contract/fleet.ts'
import type { Forecast } from '../../../shared/model/forecast.ts'
import { type Measure, numberOf } from '../../../shared/model/measure.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import type { Vm } from '../../../shared/model/vm.ts'
import { formatBytes, formatDuration } from '../../../shared/units.ts'
import {
  type FleetColumn,
  fleetStore,
  hashOf,
  useConnections,
  useFleet,
  useFleetRow,
  useMigrations,
} from '../../state/index.ts'
import { clockText, utcText } from '../../ui/clock-text.ts'
import { Dot } from '../../ui/Dot.tsx'
import { FigureCell } from './FigureCell.tsx'
import styles from './FleetTable.module.css'
import { directionOf, gibText, inOneMinute, measureText, mibText, riskWord } from './figure-text.ts'
import { TrendCell } from './TrendCell.tsx'

const arrows = { up: '▲', down: '▼', level: '' } as const
const turns = { up: 'rising', down: 'falling', level: 'steady' } as const

const DirtyCell = (props: {
  readonly measure: Measure | undefined
  readonly forecast: Forecast | undefined
}) => {
  const now = measureText(props.measure, mibText)
  const then = inOneMinute(props.forecast)
  const direction = directionOf(props.measure && numberOf(props.measure), then?.rate)
  const ahead = then
    ? `Forecast for ${formatDuration(then.aheadMs)} ahead, ${turns[direction]}.`
    : 'No forecast yet.'
  return (
    <span className={styles.dirty} title={`${now.title} ${ahead}`}>
      <span className={styles.number}>{now.text}</span>
      <span className={styles.faint}>→</span>
      <span className={styles.then}>{then ? mibText(then.rate) : '-'}</span>
      <span className={styles.direction} data-direction={direction}>
        {arrows[direction]}
      </span>
    </span>
  )
}

const RiskCell = ({ risk }: { readonly risk: Risk | undefined }) => {
  if (!risk) return <span className={styles.faint}>-</span>
  if (risk.level === 'none' || risk.level === 'unknown')
    return (
      <span className={styles.faint} title={risk.reason}>
        {riskWord[risk.level]}
      </span>
    )
  const { expectedAtMs, level } = risk
  const when = expectedAtMs === null ? (level === 'high' ? 'now' : '') : clockText(expectedAtMs)
  const title = expectedAtMs === null ? risk.reason : `${risk.reason} Expected at ${utcText(expectedAtMs)}.`
  return (
    <span className={styles.risk} data-level={level} title={title}>
      <Dot tone={level === 'high' ? 'high' : 'watch'} />
      <b>{riskWord[level]}</b> {when}
    </span>
  )
}

const StateCell = ({ vm, running }: { readonly vm: Vm; readonly running: Migration | undefined }) => {
  if (running)
    return (
      <span className={styles.migrating} title={`Being migrated: ${running.phase}`}>
        {running.phase}
      </span>
    )
  if (vm.powerState === 'running') return <span>running</span>
  return <span className={styles.faint}>{vm.powerState}</span>
}

const MemoryCell = ({ vm, ratio }: { readonly vm: Vm; readonly ratio: Measure | undefined }) => {
  const used = measureText(ratio, value => gibText(value * vm.memoryBytes))
  return <FigureCell of={used} title={`Of ${formatBytes(vm.memoryBytes)} given. ${used.title}`} />
}

const percent = (ratio: number) => Math.round(ratio * 100).toString()

/** Whether a pool's figures are old: its connection does not answer, or this window hears nothing. */
const useIsStale = (poolId: string | undefined): boolean => {
  const isFresh = useFleet(s => s.feed.state === 'live')
  const connectionId = useFleet(s =>
    poolId === undefined ? undefined : s.poolsById.get(poolId)?.connectionId,
  )
  const isLive = useConnections(s => connectionId !== undefined && s.byId.get(connectionId)?.state === 'live')
  return !isFresh || !isLive
}

const useVmCells = (vm: Vm | undefined, vmId: string) => {
  // The sample comes with every tick and carries the rest along; each read by itself would be asked a thousand times.
  const sample = useFleetRow(s => s.vmSamples.get(vmId))
  const { forecasts, risks, triggerPagesPerSecond, hostsById } = fleetStore.getState()
  return {
    sample,
    forecast: forecasts.get(vmId),
    risk: risks.get(vmId),
    theta: vm && triggerPagesPerSecond[vm.poolId],
    host: vm?.hostId ? hostsById.get(vm.hostId) : undefined,
    running: useMigrations(s => s.runningByVm.get(vmId)),
    isStale: useIsStale(vm?.poolId),
  }
}

/** One VM's line: it draws itself anew when one of its own figures changes, whatever the rest of the fleet does. */
export const VmRow = memo(
  (props: { readonly vmId: string; readonly level: number; readonly shown: readonly FleetColumn[] }) => {
    const vm = useFleet(s => s.vmsById.get(props.vmId))
    const { sample, forecast, risk, theta, host, running, isStale } = useVmCells(vm, props.vmId)
    if (!vm) return null
    const cpu = measureText(sample?.cpuRatio, percent)
    const cells: Record<FleetColumn, ReactNode> = {
      name: (
        <a
          className={styles.name}
          style={{ marginLeft: props.level === 1 ? 0 : 44 }}
          href={hashOf({ screen: 'vm', vmId: vm.id })}
          tabIndex={-1}
        >
          {vm.name}
        </a>
      ),
      state: <StateCell vm={vm} running={running} />,
      host: host?.name ?? '-',
      load: '',
      cpu: <FigureCell of={cpu} />,
      memory: <MemoryCell vm={vm} ratio={sample?.memoryRatio} />,
      dirty: <DirtyCell measure={sample?.dirtyPagesPerSecond} forecast={forecast} />,
      theta: theta === undefined ? '-' : mibText(theta),
      risk: <RiskCell risk={risk} />,
      trend: <TrendCell vmId={vm.id} poolId={vm.poolId} />,
    }
    return (
      <div className={styles.cells} data-stale={isStale || undefined}>
        {props.shown.map(column => (
          // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: cells of a virtualised grid; the grid holds the focus
          <div key={column} role="gridcell" className={styles.cell} data-column={column}>
            {cells[column]}
          </div>
        ))}
      </div>
    )
  },
)
VmRow.displayName = 'VmRow'
